"""Mail: what it says, how it is packed, how it is handed over."""
