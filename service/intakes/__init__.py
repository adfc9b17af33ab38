"""What a person said when they came in, in versions."""
