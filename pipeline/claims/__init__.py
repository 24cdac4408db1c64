"""Rules that turn numbers by seed into verdicts, and the page that tells of them; they know no paper."""
