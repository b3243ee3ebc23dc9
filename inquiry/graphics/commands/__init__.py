"""The writes of the graphics, a module for each subject."""
