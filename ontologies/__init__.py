"""What is known, before it is a graph: sources, file formats, lexicon, curated tables."""
