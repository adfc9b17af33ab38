"""Measured, not asserted: prints figures and ratios. `make bench`."""
