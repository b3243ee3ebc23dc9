"""The reads of questions."""
