"""Training a network for films: `recipe` says how, `loop` does it, `session` does all of it."""
