"""Mexico's municipalities and states: their outlines, population, area and neighbours."""
