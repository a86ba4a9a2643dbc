"""Finds session topics. To be written."""

from __future__ import annotations

from pipeline.page import Page
from pipeline.record import Date, Event, Person, SessionTopic


def find(page: Page, *, people: list[Person], events: list[Event], dates: list[Date]) -> list[SessionTopic]:
    """Return the session topics of a page."""
    return []
