"""What other servers are told when something has happened here, fact by fact."""
