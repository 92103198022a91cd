"""Holds data against the suites in ``expectations/`` before it goes on, keeps every verdict and shows them as pages."""
