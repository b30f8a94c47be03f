"""What ActivityPub documents say, to whom, and what they never say."""
