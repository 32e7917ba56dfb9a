"""The knowledge graph: releases on disk, stores behind one port, the files of the index."""
