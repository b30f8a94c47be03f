"""`alliance queue`."""
