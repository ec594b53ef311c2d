"""The drawing seen from afar: a spot for every box, coloured by what it is worth looking at."""
