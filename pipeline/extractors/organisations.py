"""Finds organisations. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import City, Organisation, Person, Region


def find(
    page: Page, *, people: list[Person], cities: list[City], regions: list[Region]
) -> list[Organisation]:
    """Return the organisations of a page."""
    return []
