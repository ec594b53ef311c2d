"""The Jacobian lens: sizes, structure, a picture and a window of a matrix that nobody builds."""
