"""Drawings in drawings: the inside of an open group is laid out by itself and put in its place."""
