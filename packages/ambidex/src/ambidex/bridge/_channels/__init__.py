"""The roads from a face to its implementation."""
