"""The append-only record of every step: numbered streams, hash-chained, readable by everybody it concerns."""
