"""The investment ledger: read, place, withhold, sum."""
