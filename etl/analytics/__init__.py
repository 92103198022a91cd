"""YouTube Analytics into the warehouse: stage, validate, load, roll up."""
