"""Stand-ins for the outside world, speaking its wire protocols. Imports nothing of ours."""
