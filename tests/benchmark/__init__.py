"""How fast Letopis and the natasha library read the same texts: ``python -m tests.benchmark``."""
