"""Which people of the articles are one: by name, and where the name is not full, by what they have in common.

Steps
    Rows are taken by surname, of those the ones whose given names one person may bear. Rows with equal names and
    equal surroundings are put together first; then clusters are joined, the likeliest first. Parts of a name that
    differ forbid it. Full names with patronymic join by themselves; a name without patronymic, with initials, or
    only a surname needs something in common: an organisation, a post, a city beside the name, people named in the
    same articles. Namesakes with other posts and places stay apart.
    The weights were chosen on the annotated articles of some hands and checked on those of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import NamedTuple

from pipeline.archive.clusters import Merge, shared_articles
from pipeline.archive.person_names import PersonName, agree, written
from pipeline.archive.profiles import Feature, Profile, Rarity

Label = Callable[[str, object], str]

Values = tuple[Feature, ...]


class PersonFeatures(NamedTuple):
    """What stands around a person in an article, by aspect."""

    employers: Values  # organisations of the person's roles
    organisations: Values  # of the article
    near_cities: Values  # beside the name
    cities: Values  # of the article
    posts: Values  # words of the titles of roles
    people: Values  # all of the article
    events: Values


WEIGHTS = {  # of the likeness of each aspect
    "employers": 5.0,
    "organisations": 2.5,
    "near_cities": 2.5,
    "cities": 1.0,
    "posts": 2.0,
    "people": 1.5,
    "events": 1.5,
}
PEOPLE = PersonFeatures._fields.index("people")
KEYS = [PersonFeatures._fields.index(aspect) for aspect in ("employers", "organisations", "near_cities")]
CLASH = {"employers": 1.0, "near_cities": 1.0, "posts": 0.6}  # taken off where both have some and none in common
WEIGHED = [(WEIGHTS[aspect], CLASH.get(aspect, 0.0)) for aspect in PersonFeatures._fields]
WORK = [PersonFeatures._fields.index(aspect) for aspect in ("employers", "posts")]
PLACE = 0.1  # of the weight of places, where employers and posts are others: a city has many of one name
WEIGHED_BY_OTHERS = [
    (weight * PLACE if "cities" in aspect else weight, clash)
    for aspect, (weight, clash) in zip(PersonFeatures._fields, WEIGHED, strict=True)
]
APART = 4.0  # taken off for each article that names both as two
MOST_APART = 5
SAME_FULL_NAME = 5.0
SAME_GIVEN_NAME = 0.1
SAME_FORM = 0.8  # more, where both are written alike: who is named without patronymic mostly is
INITIALS = -1.2
SAME_INITIALS = 0.8  # more, where the initial of the patronymic agrees too
SURNAME_ONLY = -1.8
NAMESAKES = 1.0  # taken off where the archive has several patronymics for a name
COMMON_SURNAME = 0.25  # taken off for each doubling of the given names that a surname has


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of an article; ``key`` orders rows by day, article and place."""

    key: tuple[str, str, int]
    name: PersonName
    features: PersonFeatures


@dataclass(frozen=True, slots=True)
class _Node:
    """Rows that are one person, as far as was seen."""

    rows: tuple[int, ...]
    name: PersonName  # the fullest of each part
    profile: Profile
    articles: frozenset[str]

    def keys(self) -> Iterable[Hashable]:
        """What a large block is searched by: organisations, cities beside the name, the rest of the name."""
        for aspect in KEYS:
            yield from ((aspect, feature) for feature in self.profile.counts[aspect])
        if len(self.name.patronymic) > 2:
            yield self.name


@dataclass(frozen=True, slots=True)
class Bearers:
    """What the names of all who bear a surname tell of each."""

    commonness: float  # taken off where a name is not full
    namesakes: frozenset[str]  # initials of given names with several patronymics

    @classmethod
    def of(cls, names: Iterable[PersonName]) -> Bearers:
        """Look at the names with one surname."""
        patronymics: dict[str, set[str]] = defaultdict(set)
        givens = set()
        for name in names:
            if len(name.patronymic) > 2:
                patronymics[name.given[:1]].add(name.patronymic)
            if len(name.given) > 2:
                givens.add(name.given)
        namesakes = (initial for initial, known in patronymics.items() if len(known) > 1)
        return cls(COMMON_SURNAME * log2(max(1, len(givens))), frozenset(namesakes))


def group_names(names: Collection[PersonName]) -> dict[PersonName, PersonName]:
    """Return the group of each name with one surname: what one person may be called, through others too.

    Full given names are groups of their own, unless an initial (or a name without one) joins them.
    """
    known = {name.given for name in names}
    joined = {given[:1] for given in known if len(given) < 3}
    return {name: PersonName(_group(name.given, joined), "", name.surname) for name in names}


def _group(given: str, joined: Collection[str]) -> str:
    if "" in joined:
        return ""
    return f"{given[0]}." if given[0] in joined else given


def _fullest(names: Iterable[PersonName]) -> PersonName:
    return PersonName(*(max(parts, key=len) for parts in zip(*names, strict=True)))


class GroupResolver:
    """Tells which rows of one group of names are one person; see ``pipeline.archive.clusters``.

    Args:
        rows: in order of their keys.
        bearers: of the surname.
        rarity: of the features of all people of the archive.
        label: the name of a feature for the evidence, by aspect and value.
    """

    def __init__(
        self,
        rows: Sequence[PersonRow],
        bearers: Bearers,
        rarity: Rarity,
        label: Label = lambda aspect, value: str(value),
    ) -> None:
        self.merges: list[Merge] = []
        self._rows, self._rarity, self._label = rows, rarity, label
        self._bearers = bearers

    def first_key(self, i: int) -> Hashable:
        """Return what needs no thought where it is equal: full names; names with the same employers."""
        name, employers = self._rows[i].name, self._rows[i].features.employers
        if len(name.given) > 2 and len(name.patronymic) > 2:
            return name
        return (name, employers) if employers else i

    def sameness(self, i: int) -> tuple[float, str]:
        """Return the score and the evidence of rows that are equal to one without thought."""
        row = self._rows[i]
        employers = ", ".join(self._label("employers", value) for value in row.features.employers)
        full = len(row.name.patronymic) > 2
        return SAME_FULL_NAME, "same full name" if full else f"same name; employers: {employers}"

    def row_keys(self, i: int) -> Iterable[Hashable]:
        """Return what a row is searched by: organisations, cities beside the name, the full name."""
        row = self._rows[i]
        for aspect in KEYS:
            yield from ((aspect, feature) for feature in row.features[aspect])
        if len(row.name.patronymic) > 2:
            yield row.name

    def node(self, group: Sequence[int]) -> _Node:
        """Make a node of rows."""
        rows = [self._rows[i] for i in group]
        profile = Profile((row.features for row in rows), self._rarity)
        themselves = [p for p in profile.counts[PEOPLE] if str(p).endswith(f" {rows[0].name.surname}")]
        profile.discard(PEOPLE, themselves)
        return _Node(tuple(group), _fullest({row.name for row in rows}), profile, frozenset(r.key[1] for r in rows))

    def join(self, one: _Node, other: _Node, score: float) -> _Node:
        """Make one node of two, and note why."""
        small = min(one, other, key=lambda node: len(node.rows))
        self.merges.append(Merge(small.rows, score, self._evidence(one, other)))
        name = _fullest((one.name, other.name))
        one.profile.absorb(other.profile)
        return _Node(one.rows + other.rows, name, one.profile, one.articles | other.articles)

    def _evidence(self, one: _Node, other: _Node) -> str:
        parts = [f"{written(one.name)} = {written(other.name)}"]
        for aspect, label in enumerate(PersonFeatures._fields):
            shared = one.profile.shared(other.profile, aspect)
            if shared:
                parts.append(f"{label}: {', '.join(self._label(label, value) for value in shared)}")
        return "; ".join(parts)

    def score(self, one: _Node, other: _Node) -> float | None:
        """Return how likely two are one: above zero if likelier than not; ``None`` if they cannot be."""
        name = self._name_score(one.name, other.name)
        if name is None:
            return None
        apart = APART * min(MOST_APART, shared_articles(one.articles, other.articles))
        weights = WEIGHED
        if name < SAME_FULL_NAME and all(one.profile.differs(other.profile, aspect) for aspect in WORK):
            weights = WEIGHED_BY_OTHERS
        return name - apart + one.profile.likeness(other.profile, weights)

    def _name_score(self, one: PersonName, other: PersonName) -> float | None:
        given, patronymic = agree(one.given, other.given), agree(one.patronymic, other.patronymic)
        if given is False or patronymic is False:
            return None
        if given and patronymic:
            return SAME_FULL_NAME
        initials = INITIALS + SAME_INITIALS * (one.patronymic[:1] == other.patronymic[:1] != "")
        base = (
            SAME_GIVEN_NAME + SAME_FORM * (one == other)
            if given
            else SURNAME_ONLY
            if not (one.given and other.given)
            else initials
        )
        ambiguous = not self._bearers.namesakes.isdisjoint((one.given[:1], other.given[:1]))
        return base - self._bearers.commonness - NAMESAKES * ambiguous
