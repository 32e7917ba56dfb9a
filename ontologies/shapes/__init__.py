"""SHACL shapes for what we and hospitals write as RDF."""
