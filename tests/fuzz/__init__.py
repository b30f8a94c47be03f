"""Whatever strangers may send, in very large numbers: to readers, and to a running instance."""
