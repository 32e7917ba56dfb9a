"""Networks for films, one a file: the file's name is the name in settings, commands and cards."""
