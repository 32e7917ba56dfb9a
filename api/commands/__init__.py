"""The commands of `differentia`, by what they are about."""
