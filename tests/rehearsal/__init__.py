"""A dress rehearsal of suites/paper: every experiment at its true architecture and batch size, a few steps."""
