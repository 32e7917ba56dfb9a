"""Reviewed tables of our own."""
