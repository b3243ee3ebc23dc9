"""What officials answered, on air or in writing, and what the asker thought of it."""
