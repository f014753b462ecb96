"""What is remembered, in SQLite or Postgres."""
