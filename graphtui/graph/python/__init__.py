"""Descriptions in Python: values that remember how they were computed, and where."""
