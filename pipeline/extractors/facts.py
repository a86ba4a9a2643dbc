"""Finds facts. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import Date, Fact, Organisation, SessionTopic


def find(
    page: Page, *, dates: list[Date], session_topics: list[SessionTopic], organisations: list[Organisation]
) -> list[Fact]:
    """Return the facts of a page."""
    return []
