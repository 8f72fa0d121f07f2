"""What stands inside other values and is asynchronous: the objects that users hold, and how those are made."""
