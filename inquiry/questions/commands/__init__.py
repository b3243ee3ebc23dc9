"""The writes of questions."""
