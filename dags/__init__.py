"""When things run, in what order, in which pool. Wiring only."""
