"""Case files: a case as it is written down in a file, or lies in a folder.

`reading.read_case` reads one; a part that cannot be used becomes a note, and the rest is there.
"""
