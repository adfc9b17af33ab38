"""The rule book: what matching weighs and by which curves, in versions that are signed off and never change."""
