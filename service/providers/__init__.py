"""The directory: providers, practitioners, credentials, offerings, policies, limits, capacity."""
