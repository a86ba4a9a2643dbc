"""Which people of the articles are one: by name, and where the name is not full, by what they have in common.

Steps
    Rows are taken by surname. Rows with equal names and equal surroundings are put together first; then
    clusters are joined, the likeliest first. Parts of a name that differ forbid it. Full names with patronymic
    join by themselves; a name without patronymic, with initials, or only a surname needs something in common:
    an organisation, a post, a city beside the name, people named in the same articles. Namesakes with other
    posts and places stay apart.
    The weights were chosen on the annotated articles of some hands and checked on those of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import log2
from typing import NamedTuple

from pipeline.archive.clusters import Merge, cluster, shared_articles
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


def resolve_surname(
    rows: Sequence[PersonRow], rarity: Rarity, label: Label = lambda aspect, value: str(value)
) -> tuple[list[tuple[int, ...]], list[Merge]]:
    """Cluster the people with one surname.

    Args:
        rows: in order of their keys.
        rarity: of the features of all people of the archive.
        label: the name of a feature for the evidence, by aspect and value.

    Returns the people, each as indexes of its rows, and why rows were joined, in the order of joining.
    """
    block = _Block(rows, rarity, label)
    return [node.rows for node in cluster(block.first_nodes(), block.score, block.join)], block.merges


class _Block:
    """The people with one surname."""

    def __init__(self, rows: Sequence[PersonRow], rarity: Rarity, label: Label) -> None:
        self.merges: list[Merge] = []
        self._rows, self._rarity, self._label = rows, rarity, label
        names = {row.name for row in rows}
        patronymics: dict[str, set[str]] = defaultdict(set)
        for name in names:
            if len(name.patronymic) > 2:
                patronymics[name.given[:1]].add(name.patronymic)
        self._namesakes = {initial for initial, known in patronymics.items() if len(known) > 1}
        givens = {name.given for name in names if len(name.given) > 2}
        self._commonness = COMMON_SURNAME * log2(max(1, len(givens)))

    def first_nodes(self) -> list[_Node]:
        """Put together what needs no thought: equal full names; equal names with the same employers."""
        groups: dict[object, list[int]] = defaultdict(list)
        for i, row in enumerate(self._rows):
            name, employers = row.name, row.features.employers
            full = len(name.given) > 2 and len(name.patronymic) > 2
            groups[name if full else (name, employers) if employers else i].append(i)
        for group in groups.values():
            if len(group) > 1:
                self.merges.append(Merge(tuple(group), SAME_FULL_NAME, self._same(group[0])))
        return [self._node(group) for group in groups.values()]

    def _same(self, i: int) -> str:
        row = self._rows[i]
        employers = ", ".join(self._label("employers", value) for value in row.features.employers)
        return "same full name" if len(row.name.patronymic) > 2 else f"same name; employers: {employers}"

    def _node(self, group: Sequence[int]) -> _Node:
        profile = Profile((self._rows[i].features for i in group), self._rarity)
        name = self._rows[group[0]].name
        themselves = [other for other in profile.counts[PEOPLE] if str(other).endswith(f" {name.surname}")]
        profile.discard(PEOPLE, themselves)
        return _Node(tuple(group), name, profile, frozenset(self._rows[i].key[1] for i in group))

    def join(self, one: _Node, other: _Node, score: float) -> _Node:
        """Make one node of two, and note why."""
        small = min(one, other, key=lambda node: len(node.rows))
        self.merges.append(Merge(small.rows, score, self._evidence(one, other)))
        name = PersonName(*(max(a, b, key=len) for a, b in zip(one.name, other.name, strict=True)))
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
        ambiguous = one.given[:1] in self._namesakes or other.given[:1] in self._namesakes
        return base - self._commonness - NAMESAKES * ambiguous
