"""The scoreboard: what is promised, measured, each figure beside a naive way that has to fail the same measurement."""
