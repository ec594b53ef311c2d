"""JSON texts: read strictly, every value with its place, every mistake with what was meant."""
