"""Writers of small data sets in the original on-disk formats: one module a source, each with `write`."""
