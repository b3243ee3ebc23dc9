"""The reads of verdicts."""
