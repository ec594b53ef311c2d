"""Expressions that are shown at every stop, and how they came to what they are."""
