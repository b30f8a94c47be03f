"""The doors of an instance: pages, ActivityPub addresses and the command line."""
