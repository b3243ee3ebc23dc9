"""Indicators, the two targets of each unit, what it reached, and the tables that are made of it."""
