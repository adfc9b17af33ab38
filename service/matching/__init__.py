"""Matching: who can help, why, why not, and what would change that. It computes and explains; it sends nothing."""
