"""ActivityPub for the alliance: what leaves this instance and what may come in."""
