"""How facts and live state reach browsers: views, snapshots, catch-up, rooms, ticks."""
