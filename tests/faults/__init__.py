"""What happens when others, or what is below us, fail: figures of what was retried, lost and doubled."""
