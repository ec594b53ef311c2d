"""Expressions such as `1 / (1 + exp(-a))`: read, and expanded into nodes."""
