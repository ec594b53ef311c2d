"""Everything about one node at the cursor: its numbers, its edges, what it received."""
