"""What papers' figures share: one style, tables, diagrams, what captions call the data."""
