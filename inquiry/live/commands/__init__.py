"""The writes of the evening."""
