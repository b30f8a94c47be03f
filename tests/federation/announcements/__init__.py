"""Which messages follow from which facts, and who gets them."""
