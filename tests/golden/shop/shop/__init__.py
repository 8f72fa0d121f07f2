"""A package with two implementation modules, and two generated ones beside them."""
