"""All rows of one database carried into another one, of the same kind or of the other."""
