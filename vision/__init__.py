"""Images: decode, refuse, classify, calibrate, localise. No reader in this version."""
