"""The roadmap itself: phases, entries, zones, observations, control, dynamics."""
