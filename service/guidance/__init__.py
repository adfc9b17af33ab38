"""What we tell everybody: help now, our limits, what happens next, code lists, person-first language."""
