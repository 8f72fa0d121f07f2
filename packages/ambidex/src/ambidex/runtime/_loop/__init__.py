"""The thread that runs a loop: how work reaches it, becomes a task, and delivers its outcome."""
