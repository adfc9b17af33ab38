"""Canaries: words that are planted wherever words may go, and looked for where none may be."""
