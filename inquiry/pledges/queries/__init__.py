"""The reads of pledges."""
