"""Features: from the charts of all days to the rows a model learns from, by Spark or in process."""
