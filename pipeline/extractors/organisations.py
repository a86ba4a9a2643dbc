"""Finds organisations and official bodies, and joins the mentions of each.

Steps
    ``org_spans`` finds names given in full: a kind word or legal form with quotes, official bodies, institutions,
    bodies known by name. ``org_short`` finds short later names against them. ``org_links`` groups the mentions,
    ``org_names`` names each group. ``org_phrases`` and ``org_words`` hold the grammar and the word lists.
Leaves out
    Generic words (НКО, ресурсный центр), projects, contests, sessions and events.
"""

from __future__ import annotations

from pipeline.extractors.org_links import Group, cities_of, link
from pipeline.extractors.org_names import fullest, name_of
from pipeline.extractors.org_phrases import Reader
from pipeline.extractors.org_short import RULES as SHORT_RULES
from pipeline.extractors.org_spans import Found, find_all, resolve
from pipeline.page import Page
from pipeline.record import City, Organisation, OrganisationKind, Person, Region


def find(page: Page, *, people: list[Person], cities: list[City], regions: list[Region]) -> list[Organisation]:
    """Return the organisations of a page, in order of first mention.

    People and places bound a name: «директор Фонда президентских грантов | Ивана Петрова», «мэрия Томска».
    """
    reader = Reader(page, people, cities, regions)
    found = find_all(reader)
    for rule in SHORT_RULES:
        found = resolve([*found, *(span for span in rule(reader, found) if page.uses(span.rule))])
    groups = link(reader, found)
    return [_row(reader, group, number) for number, group in enumerate(groups, 1)]


def _row(reader: Reader, group: Group, number: int) -> Organisation:
    page = reader.page
    best = fullest(reader, group.mentions)
    name = name_of(page, best)
    aliases = dict.fromkeys(name_of(page, span) for span in group.mentions)
    return Organisation(
        id=f"org-{number}",
        name=name,
        aliases=tuple(alias for alias in aliases if alias != name),
        kind=_kind(group.mentions, best),
        city=_city(reader, group, best),
        mentions=tuple(page.span(span.first, span.last, span.rule) for span in group.mentions),
    )


def _kind(mentions: list[Found], best: Found) -> OrganisationKind:
    """Return the kind that the fullest name says, else the first that any mention says."""
    if best.kind:
        return best.kind.kind
    return next((span.kind.kind for span in mentions if span.kind), "other")


def _city(reader: Reader, group: Group, best: Found) -> str | None:
    """Return the city in the name, before it, or in brackets after one of its mentions."""
    for span in (best, *group.mentions):
        cities = cities_of(reader, span)
        if cities:
            return min(cities)
    return None
