"""What we hold, why, who can read it, for how long, and what it would yield to whoever took it."""
