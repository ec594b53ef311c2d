"""What to show: pure functions from a snapshot to lines of text with roles."""
