"""A whole country to measure matching with: drawn by chance, asked 200 questions, answered by several hands."""
