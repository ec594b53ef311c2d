"""The graph as a picture: what is drawn as boxes and wires, and what a run adds at every step."""
