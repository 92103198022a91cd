"""What the benchmarks of the trend watch share."""
