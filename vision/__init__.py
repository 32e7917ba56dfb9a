"""Images: decode, refuse, classify, calibrate, localise; training and its measurement."""
