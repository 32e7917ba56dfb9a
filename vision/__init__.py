"""Images: decode, refuse, classify, calibrate, localise. No image reader is part of this version."""
