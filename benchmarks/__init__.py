"""The measured promises: `make bench`. Not part of the product and not run by the tests."""
