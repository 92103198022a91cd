"""The command line, one file a subject. Each calls the functions that the DAGs and the HTTP API call too."""
