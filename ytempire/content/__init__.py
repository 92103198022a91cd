"""Content Generation: from a topic to a video file with its thumbnail and captions.

Plain functions over files: they know neither the database nor a scheduler.
"""
