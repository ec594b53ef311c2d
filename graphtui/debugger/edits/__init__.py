"""What a person sets in a run, and the branches that it grows by that."""
