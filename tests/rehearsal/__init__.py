"""A dress rehearsal of suites/paper: true architectures and batch sizes, a few steps, generated data."""
