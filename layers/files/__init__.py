"""Layers as files: written for people and tools, published for the browser, and where all of it comes from."""
