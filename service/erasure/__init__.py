"""Erasing a person: everywhere at once, for good, and again whenever an old copy comes back."""
