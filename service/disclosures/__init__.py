"""What was told to whom: the accounting that a person can ask for (42 CFR 2.24, 2.25)."""
