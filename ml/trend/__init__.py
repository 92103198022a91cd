"""The trend model: will a video still be in this country's chart tomorrow?"""
