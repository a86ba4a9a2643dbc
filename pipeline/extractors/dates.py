"""Finds dates. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import Date


def find(page: Page) -> list[Date]:
    """Return the dates of a page."""
    return []
