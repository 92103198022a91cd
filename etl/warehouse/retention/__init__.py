"""The specification's retention table, executed: what would go, and its going, each deletion recorded before."""
