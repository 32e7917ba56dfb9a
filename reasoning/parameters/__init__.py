"""Fitted parameters of scoring methods, one JSON file a method, each with its model card."""
