"""The writes of results."""
