"""The train report: train on a folder of charts up to a day, and measure on the days after it."""
