"""The reads of responses."""
