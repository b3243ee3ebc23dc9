"""The writes of pledges."""
