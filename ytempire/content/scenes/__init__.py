"""Scenes drawn from data: one file a kind of picture.

Each drawer is a generator over a page: it draws what enters first and yields, draws what
enters next and yields again. Every yield is one still of the scene.
"""
