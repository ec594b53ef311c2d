"""Drawing a graph of any size: from boxes and wires to cells, in phases that are pure functions."""
