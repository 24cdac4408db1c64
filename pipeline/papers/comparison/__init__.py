"""The comparison of all methods and of their combinations."""
