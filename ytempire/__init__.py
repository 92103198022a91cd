"""The business of YTEMPIRE: channels, jobs, content, quality, publishing.

Nothing in this package imports Airflow: every function takes its connection,
client, path or clock as an argument and can be called from a test or a shell.
"""
