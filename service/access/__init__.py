"""Organizations, applications, credentials, scopes."""
