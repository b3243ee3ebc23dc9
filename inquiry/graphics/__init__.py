"""What stands over the picture: cards that are prepared, what is on air, and the outputs that show it."""
