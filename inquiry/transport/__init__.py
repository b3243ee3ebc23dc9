"""Bytes on sockets: frames, outboxes, broadcasts, long-polling. Knows no session."""
