"""The writes of verdicts."""
