"""Finds organisations and official bodies, and joins the mentions of each.

Steps
    ``org_quoted`` finds a kind word or legal form with quotes, ``org_bodies`` official bodies, institutions and
    bodies known by name, ``org_short`` short later names against them; ``org_spans`` settles overlaps.
    ``org_links`` groups the mentions, ``org_names`` names each group. Grammar and word lists stand in
    ``org_reader``, ``org_tails`` and ``org_words``.
Leaves out
    Generic words (НКО, ресурсный центр), projects, contests, sessions and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.extractors import org_bodies, org_quoted, org_short
from pipeline.extractors.org_links import Group, cities_after, cities_of, link
from pipeline.extractors.org_names import fullest, name_of
from pipeline.extractors.org_reader import Reader
from pipeline.extractors.org_spans import Found, resolve
from pipeline.page import Page
from pipeline.record import City, Organisation, OrganisationKind, Person, Region

# Names in full, each read by itself; then short names, each read against what was found before.
FULL: tuple[Callable[[Reader], Iterator[Found]], ...] = (
    org_quoted.find_quoted,
    org_bodies.find_known,
    org_bodies.find_bodies,
    org_bodies.find_institutions,
    org_bodies.find_numbered,
    org_bodies.find_universities,
    org_bodies.find_memorials,
)
SHORT: tuple[Callable[[Reader, Sequence[Found]], Iterator[Found]], ...] = (
    org_short.find_abbreviations,
    org_short.find_bare_quotes,
    org_short.find_stand_ins,
    org_short.find_model,
)


def find(page: Page, *, people: list[Person], cities: list[City], regions: list[Region]) -> list[Organisation]:
    """Return the organisations of a page, in order of first mention.

    People and places bound a name: «директор Фонда президентских грантов | Ивана Петрова», «мэрия Томска».
    """
    reader = Reader(page, people, cities, regions)
    found = resolve([span for rule in FULL for span in rule(reader) if page.uses(span.rule)])
    for short in SHORT:
        found = resolve([*found, *(span for span in short(reader, found) if page.uses(span.rule))])
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
