"""What can be asked; every answer respects who is asking."""
