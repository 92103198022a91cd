"""Learning: one folder a model, and the registry they share."""
