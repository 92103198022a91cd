"""What a benchmark needs around it for a moment: a database, a sandbox."""
