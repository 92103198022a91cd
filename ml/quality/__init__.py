"""The quality model: would a person publish this video?"""
