"""A company on a PostgreSQL cluster that is restarted, killed, filled up and failed over while it works."""
