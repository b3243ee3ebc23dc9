"""The reads of the night exam, a module for each subject."""
