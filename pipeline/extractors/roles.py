"""Finds roles of people. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import City, Organisation, Person, Region


def find(
    page: Page,
    *,
    people: list[Person],
    organisations: list[Organisation],
    cities: list[City],
    regions: list[Region],
) -> list[Person]:
    """Return the people of a page with their roles."""
    return people
