"""A synthetic region with its answer key."""
