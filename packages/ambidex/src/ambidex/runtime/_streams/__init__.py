"""Async generators, step by step: for blocking readers, for async ones, ahead of them, and on the caller's own loop."""
