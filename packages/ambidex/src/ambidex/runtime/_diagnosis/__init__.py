"""Who waits for whom: deadlocks, warnings, stacks, counters and the watchdog."""
