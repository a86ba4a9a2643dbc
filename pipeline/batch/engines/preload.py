"""Imported once by the fork server of the local pool: loads the models that all workers then share."""

from pipeline.extraction import default_pipeline

default_pipeline()
