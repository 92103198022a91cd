"""Trend detection: what rises on YouTube, seen again and again, and ranked into topics."""
