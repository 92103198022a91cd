"""What all DAGs of the house share: their rules and the way to their resources."""
