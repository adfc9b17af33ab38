"""A person: return codes, status, safe contact."""
