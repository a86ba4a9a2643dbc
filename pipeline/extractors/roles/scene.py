"""A page with its people and organisations by token, as the rules of roles ask for them.

Purpose
    Answers which organisation begins at a word, which one a stand-in means («директор фонда», «её руководитель»),
    and where people are named.
Leaves out
    Titles: ``phrases``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from pipeline.extractors.organisations.words import kind_of
from pipeline.extractors.people.posts import cases_of
from pipeline.extractors.roles.heads import find_heads
from pipeline.morphology import lemma
from pipeline.page import Page
from pipeline.record import City, Country, Organisation, Person, Region

# Words that stand for any organisation just named.
ANY_ORGANISATION = frozenset(
    ("ведомство", "движение", "коллектив", "компания", "нко", "объединение", "организация", "учреждение")
)
# What abbreviations of legal forms stand for.
ABBREVIATED = {
    "ано": "организация", "бф": "фонд", "моо": "организация", "нко": "организация", "оо": "организация",
    "ооо": "компания", "роо": "организация", "рц": "центр", "фмс": "фонд", "цнко": "центр", "црно": "центр",
}  # fmt: skip
FAR_BACK = 1200  # characters within which a stand-in finds its organisation


class Named(NamedTuple):
    """A mention in tokens: ``[first, last)`` and the index of its row."""

    first: int
    last: int
    row: int


@dataclass
class RoleScene:
    """See the module docstring; indexes of people and organisations are positions in their lists."""

    page: Page
    people: Sequence[Person]
    organisations: Sequence[Organisation]
    persons: list[Named] = field(default_factory=list)
    person_at: dict[int, Named] = field(default_factory=dict)
    organisation_at: dict[int, Named] = field(default_factory=dict)
    organisation_ending: dict[int, Named] = field(default_factory=dict)
    organisation_spans: list[Named] = field(default_factory=list)
    organisation_tokens: set[int] = field(default_factory=set)
    heads: frozenset[int] = frozenset()
    places: set[int] = field(default_factory=set)
    place_at: dict[int, str] = field(default_factory=dict)
    named_at: dict[int, int] = field(default_factory=dict)
    kinds: list[frozenset[str]] = field(default_factory=list)
    cases: dict[Named, frozenset[str]] = field(default_factory=dict)  # asked of a name more than once

    @classmethod
    def of(
        cls,
        page: Page,
        people: Sequence[Person],
        organisations: Sequence[Organisation],
        places: Iterable[City | Region],
        countries: Iterable[Country] = (),
    ) -> RoleScene:
        """Note everything by token."""
        scene = cls(page, people, organisations, heads=find_heads(page))
        for n, person in enumerate(people):
            scene.persons += [Named(*page.tokens_in(m.start, m.end), n) for m in person.mentions]
        scene.persons.sort()
        for named in scene.persons:
            scene.person_at.update(dict.fromkeys(range(named.first, named.last), named))
        for n, organisation in enumerate(organisations):
            for m in organisation.mentions:
                scene._note_organisation(Named(*page.tokens_in(m.start, m.end), n))
        scene.organisation_spans.sort()
        for place in (*places, *countries):
            for m in place.mentions:
                tokens = range(*page.tokens_in(m.start, m.end))
                scene.place_at.update(dict.fromkeys(tokens, place.id))
                if not isinstance(place, Country):
                    scene.places.update(tokens)
        for chunk in page.chunks:  # names that no extractor took: «клуба Челси»
            if chunk.label != "PER":
                scene.named_at.update(dict.fromkeys(range(chunk.first, chunk.last), chunk.last))
        scene.kinds = [_kind_words((row.name, *row.aliases)) for row in organisations]
        return scene

    def _note_organisation(self, named: Named) -> None:
        self.organisation_spans.append(named)
        self.organisation_tokens.update(range(named.first, named.last))
        known = self.organisation_at.get(named.first)
        if known is None or known.last < named.last:
            self.organisation_at[named.first] = named
        ending = self.organisation_ending.get(named.last - 1)
        if ending is None or ending.first > named.first:
            self.organisation_ending[named.last - 1] = named

    def before(self, i: int) -> list[Named]:
        """Return the organisations named before token ``i`` and not far from it, the nearest first."""
        start = self.page.starts[i]
        return [
            named
            for named in reversed(self.organisation_spans)
            if named.last <= i and start - self.page.ends[named.last - 1] < FAR_BACK
        ]

    def meant_by(self, i: int) -> int | None:
        """Return the organisation that the lower-case word ``i`` stands for: «фонда», «движения», «организации»."""
        kind = kind_of(self.page.lemmas[i])
        general = self.page.lemmas[i] in ANY_ORGANISATION
        if not kind and not general:
            return None
        before = self.before(i)
        alike = [n for n in before if kind and kind.lemma in self.kinds[n.row]]
        if not alike and general:
            alike = before
        if not alike and kind:
            alike = [n for n in self.organisation_spans if n.first > i and kind.lemma in self.kinds[n.row]]
        # A name that begins with a capital kind word (Фонд президентских грантов) is seldom taken up in lower case.
        small = [n for n in alike if not self._is_capital(n.row)]
        return (small or alike)[0].row if alike else None

    def _is_capital(self, row: int) -> bool:
        name = self.organisations[row].name
        return name[0].isupper() and "«" not in name

    def in_case(self, i: int, cases: Iterable[str]) -> bool:
        """Tell whether word ``i`` may stand in one of the cases."""
        return not set(cases).isdisjoint(cases_of(self.page, i))


@lru_cache(maxsize=10_000)
def _kind_words(names: tuple[str, ...]) -> frozenset[str]:
    """Return what an organisation is by its names, as lemmas: фонд, движение (of «экодвижение» too)."""
    words = {word.strip('«»"').lower() for name in names for word in name.split()}
    kinds = {kind.lemma for word in words if word and word[0].isalpha() and (kind := kind_of(lemma(word)))}
    return frozenset(kinds | {ABBREVIATED[word] for word in words if word in ABBREVIATED})
