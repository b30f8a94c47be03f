"""The pages that people see; `routes.py` has their addresses."""
