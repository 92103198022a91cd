"""What the benchmarks of the studio share: the same content for everyone, and how quality is measured."""
