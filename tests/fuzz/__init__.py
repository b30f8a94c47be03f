"""Whatever strangers may send, in very large numbers: readers in one process, requests at a running instance."""
