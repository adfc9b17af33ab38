"""The person's own door: read, correct, re-rank, take back, see who saw it, take a copy along, erase."""
