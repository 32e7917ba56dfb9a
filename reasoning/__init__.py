"""Findings and a release in, an explained differential out. No I/O, no reader, no web."""
