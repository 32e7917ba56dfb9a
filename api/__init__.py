"""Everything outsiders touch: settings, service, command line, HTTP, pages."""
