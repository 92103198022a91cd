"""Data in: trends, analytics, the warehouse and the feature pipelines."""
