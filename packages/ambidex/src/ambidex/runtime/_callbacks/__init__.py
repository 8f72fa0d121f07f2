"""The user's callables, called by the implementation: off the loop, or on the loop that they belong to."""
