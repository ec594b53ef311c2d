"""Gradients held against the definition of the derivative."""
