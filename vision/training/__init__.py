"""Training a network for films: `recipe` says how, `loop` does it, `output` writes what came of it."""
