"""Measured values in clinical text: found, converted, held against a range, put in context."""
