"""Answers as JSON, as text for a terminal, and as HTML: one differential, three faces."""
