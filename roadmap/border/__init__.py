"""The border: crossings, sensors and upgrades along it, and what they hand to the model."""
