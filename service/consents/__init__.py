"""Permission to disclose, and the one gate every disclosure passes."""
