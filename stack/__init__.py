"""Sets up, starts, watches and stops everything that runs on one machine."""
