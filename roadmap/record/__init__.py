"""How control is told: classes, the rule for reclaimed and lost, and what was observed."""
