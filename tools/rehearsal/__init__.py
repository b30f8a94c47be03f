"""A new operator with the handbook and a bare Debian: types what the pages say, writes down what came."""
