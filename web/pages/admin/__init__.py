"""The pages for those who run the instance: its connections to others and everything else below /admin."""
