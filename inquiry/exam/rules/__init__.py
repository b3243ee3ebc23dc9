"""Decisions of the night exam that need no database."""
