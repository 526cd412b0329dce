"""Builds data/geography from the packages named in data/requirements-build.txt."""
