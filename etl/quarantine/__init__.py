"""Rows that a suite or a reader refused: what they held and why, and their way back when the cause is mended."""
