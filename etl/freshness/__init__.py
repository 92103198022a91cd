"""Freshness: live statistics of young videos, so that nobody looks at figures older than a minute."""
