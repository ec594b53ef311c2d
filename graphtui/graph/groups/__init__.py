"""The groups of a graph: how they nest, which of them are alike, and runs of equal ones."""
