"""The night exam: results decide who speaks, and for how long."""
