"""What users hold: the generated classes, functions and their members."""
