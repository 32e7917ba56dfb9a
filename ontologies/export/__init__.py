"""Writers: a graph as Turtle and as OBO Graphs JSON. KGX TSV is written by `kg/kgx.py`."""
