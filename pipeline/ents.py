"""The flat reading PER, ORG, LOC that other Russian tools give, made of everything found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.page import Page


def flat_entities(page: Page, found: Mapping[str, Sequence[Any]]) -> list[tuple[int, int, str]]:
    """Return ``(start, end, label)`` of persons, organisations and places, longest first where they overlap."""
    return [(page.starts[c.first], page.ends[c.last - 1], c.label) for c in page.chunks]
