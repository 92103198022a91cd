<<<<<<< HEAD
"""Trend detection: what rises on YouTube, seen again and again, and ranked into topics."""
=======
"""Trends: what is charting, from the sources into snapshots."""
>>>>>>> learning
