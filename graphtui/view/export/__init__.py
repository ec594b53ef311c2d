"""The picture for somewhere else: as text, SVG, HTML, DOT, Mermaid, or the graph as JSON."""
