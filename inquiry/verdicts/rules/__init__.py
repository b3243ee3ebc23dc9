"""What decides about verdicts and needs no database."""
