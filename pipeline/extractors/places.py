"""Finds cities, regions and countries. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import City, Country, Person, Region


def find(page: Page, *, people: list[Person]) -> tuple[list[City], list[Region], list[Country]]:
    """Return the cities, regions and countries of a page."""
    return [], [], []
