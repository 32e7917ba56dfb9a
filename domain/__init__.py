"""The types that flow through the house. Standard library only."""
