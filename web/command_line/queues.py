"""`alliance queue`: what waits, what failed, and what to do about it."""
