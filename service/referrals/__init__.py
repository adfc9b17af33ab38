"""People on their way to help: moves, hand-offs."""
