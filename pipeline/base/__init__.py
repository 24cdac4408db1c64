"""What everything else stands on: files, paths, errors, random streams, the machine."""
