"""One file a source; each exports `SOURCE`."""
