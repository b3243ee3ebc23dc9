"""What citizens ask: intake, moderation, merging, support, the queue, putting on air, handing to a unit."""
