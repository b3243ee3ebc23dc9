"""The evening itself: sessions, the rundown, the floor, slots and their timers."""
