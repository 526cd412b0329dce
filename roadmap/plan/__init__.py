"""What a scenario plans: phases, entries, priority zones and the numbers of its model."""
