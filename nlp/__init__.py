"""Reports in words: document, sections, recognition, context. spaCy lives only here, and only
the modules that need it import it."""
