"""Charts beside the map: the strip and the flow as SVG of our own."""
