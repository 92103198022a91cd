"""Quality Assurance: technical checks, policy checks, score and verdict of a finished video."""
