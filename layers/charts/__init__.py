"""Charts beside the map: lines, bars, shares and panels by Altair; the strip and the flow as SVG of our own."""
