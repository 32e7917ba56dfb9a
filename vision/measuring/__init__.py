"""How good a model is, what its scores mean, and the model card that says so."""
