"""Trends: what is charting, from the sources into snapshots."""
