"""The service over HTTP: Flask and flask-openapi3 are imported only below here."""
