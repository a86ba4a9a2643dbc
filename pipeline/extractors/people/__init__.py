"""Finds people: every mention of a name, joined into people with a normal name.

Steps
    ``spans`` finds mentions, ``linking`` joins them, and here the fullest form of the name in the
    text is written out: nominative, given name first, initials with spaces.
Leaves out
    Roles (``roles``), pronouns, people named by a role alone.
"""

from __future__ import annotations

from pipeline.extractors.people.linking import Cluster, link
from pipeline.extractors.people.names import capitalise
from pipeline.extractors.people.spans import find_spans
from pipeline.page import Page
from pipeline.record import Person, Span


def find(page: Page) -> list[Person]:
    """Return the people of a page: «Плюснин Р.И.» is named «Р. И. Плюснин»."""
    return [_person(page, cluster, n) for n, cluster in enumerate(link(page, find_spans(page)), 1)]


def _person(page: Page, cluster: Cluster, number: int) -> Person:
    surface = _surfaces(cluster)
    given, patronymic, surname = (
        capitalise(base, surface.get(kind, base)) if base else None
        for kind, base in (
            ("given", cluster.given),
            ("patronymic", cluster.patronymic),
            ("surname", cluster.surname),
        )
    )
    initials = [] if given else [f"{letter.capitalize()}." for letter in cluster.initials]
    name = " ".join(part for part in (given, *initials, patronymic, surname) if part)
    return Person(
        id=f"per-{number}",
        name=name,
        given=given,
        patronymic=patronymic,
        surname=surname,
        gender=cluster.gender,
        mentions=tuple(
            Span(start=m.span.start, end=m.span.end, text=page.text[m.span.start : m.span.end], rule=m.span.rule)
            for m in sorted(cluster.mentions, key=lambda m: m.span.start)
        ),
    )


def _surfaces(cluster: Cluster) -> dict[str, str]:
    """Return for each kind of part a word of the text that shows its capitals."""
    surfaces: dict[str, str] = {}
    for mention in cluster.mentions:
        for part in mention.span.parts:
            if part.kind not in surfaces or surfaces[part.kind].isupper():
                surfaces[part.kind] = part.word
    return surfaces
