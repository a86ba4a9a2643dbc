"""Finds organisations and official bodies, and joins the mentions of each.

Steps
    ``quoted`` finds a kind word or legal form with quotes, ``bodies`` official bodies, institutions and
    bodies known by name, ``short`` short later names against them; ``spans`` settles overlaps.
    ``links`` groups the mentions, ``names`` names each group. Grammar and word lists stand in
    ``reader``, ``tails`` and ``words``.
Leaves out
    Generic words (НКО, ресурсный центр), projects, contests, sessions and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.extractors.organisations import bodies, led, quoted, short
from pipeline.extractors.organisations.links import Group, cities_after, cities_of, link
from pipeline.extractors.organisations.names import fullest, name_of
from pipeline.extractors.organisations.reader import Reader
from pipeline.extractors.organisations.spans import Found, resolve
from pipeline.page import Page
from pipeline.record import City, Organisation, OrganisationKind, Person, Region

# Names in full, each read by itself; then short names, each read against what was found before.
FULL: tuple[Callable[[Reader], Iterator[Found]], ...] = (
    quoted.find_quoted,
    bodies.find_known,
    bodies.find_bodies,
    bodies.find_institutions,
    bodies.find_numbered,
    bodies.find_universities,
    bodies.find_memorials,
)
SHORT: tuple[Callable[[Reader, Sequence[Found]], Iterator[Found]], ...] = (
    short.find_abbreviations,
    short.find_bare_quotes,
    short.find_stand_ins,
    short.find_model,
    short.find_branches,
    led.find_led,
)


def find(page: Page, *, people: list[Person], cities: list[City], regions: list[Region]) -> list[Organisation]:
    """Return the organisations of a page, in order of first mention.

    People and places bound a name: «директор Фонда президентских грантов | Ивана Петрова», «мэрия Томска».
    """
    reader = Reader(page, people, cities, regions)
    found = resolve([span for rule in FULL for span in rule(reader) if page.uses(span.rule)])
    for rule in SHORT:
        more = [span for span in rule(reader, found) if page.uses(span.rule)]
        found = resolve([*found, *more]) if more else found
    groups = link(reader, found)
    return [_row(reader, group, number) for number, group in enumerate(groups, 1)]


def _row(reader: Reader, group: Group, number: int) -> Organisation:
    page = reader.page
    best = fullest(reader, group.mentions)
    name = name_of(page, best)
    forms = {page.span_text(span.first, span.last): span for span in group.mentions}
    aliases = dict.fromkeys(name_of(page, span) for span in forms.values())
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
    """Return the city in the name, before it, in brackets or otherwise after one of its mentions."""
    for span in (best, *group.mentions):
        cities = cities_of(reader, span) or cities_after(reader, span)
        if cities:
            return min(cities)
    return None
