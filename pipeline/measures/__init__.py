"""Numbers read from evidence, by seed, each written once; figures and claims both read them."""
