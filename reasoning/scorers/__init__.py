"""Scoring methods: one file each, exporting `SCORER`; the file's name is the method's name."""
