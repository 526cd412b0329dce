"""Tables and documents of a scenario, read cell by cell with every fault noted. Knows nothing of what they say."""
