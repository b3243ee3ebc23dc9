"""One registry of commands and queries, what makes a repeated one harmless, and the one place that commits."""
