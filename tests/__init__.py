"""Claims about the house, and how they are shown."""
