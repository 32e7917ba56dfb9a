"""Signals (ECG, vital-sign series): decode, classify, calibrate. No reader in this version."""
