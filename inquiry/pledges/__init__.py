"""What officials promised, followed until it is kept."""
