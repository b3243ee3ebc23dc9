"""The writes of responses."""
