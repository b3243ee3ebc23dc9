"""The arithmetic of results: exact fractions throughout, rounded where somebody reads them and nowhere else."""
