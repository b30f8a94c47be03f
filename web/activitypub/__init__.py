"""The doors through which other servers come: thin, nothing is decided here."""
