"""Training of the small models that the package ships; ``python -m pipeline.training`` runs it."""
