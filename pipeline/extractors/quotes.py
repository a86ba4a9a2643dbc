"""Finds quotes. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import Person, Quote


def find(page: Page, *, people: list[Person]) -> list[Quote]:
    """Return the quotes of a page."""
    return []
