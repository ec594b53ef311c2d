"""The little language of conditions, watches, logs, print and set."""
