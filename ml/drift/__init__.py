"""Drift: how far what the champion sees today is from what it learned from, looked at every day."""
