"""placeholder while the map is tried out"""
