"""Imported once by the fork server of the local pool: loads the models that all workers then share."""

from contextlib import suppress

with suppress(Exception):  # the workers say what is wrong when they load them themselves
    from pipeline.extraction import prepare

    prepare()
