"""Finds events. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import City, Date, Event, Organisation, Region


def find(
    page: Page,
    *,
    cities: list[City],
    regions: list[Region],
    organisations: list[Organisation],
    dates: list[Date],
) -> list[Event]:
    """Return the events of a page."""
    return []
