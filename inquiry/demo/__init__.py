"""A city that does not exist: the content of the demo, and the crowd that plays an evening in it."""
