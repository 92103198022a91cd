"""The forms of a story: what is told in which order."""
