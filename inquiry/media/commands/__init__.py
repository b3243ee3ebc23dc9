"""The writes of the picture, a module for each subject."""
