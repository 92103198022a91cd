"""The connection to PostgreSQL, the migrations and the roles."""
