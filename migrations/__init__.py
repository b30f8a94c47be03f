"""The schema's history, and how to bring a database to its head."""
