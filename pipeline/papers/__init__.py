"""The papers, a folder each: the table of its results and claims, what draws them, what judges them."""
