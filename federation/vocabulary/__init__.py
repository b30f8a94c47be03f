"""Wire values of ActivityPub: read from JSON that may be hostile, written as JSON, nothing else."""
