"""Rare and common disease in one order (docs/common-disease.md, "Scope all")."""
