"""The entities of the API as plain dictionaries; every function here is pure."""
