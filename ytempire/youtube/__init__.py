"""The one client for YouTube: authorisation, quota, errors, requests."""
