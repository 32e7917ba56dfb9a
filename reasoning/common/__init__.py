"""Ranking common disease by figures of the literature (docs/common-disease.md)."""
