"""Finds people. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import Person


def find(page: Page) -> list[Person]:
    """Return the people of a page."""
    return []
