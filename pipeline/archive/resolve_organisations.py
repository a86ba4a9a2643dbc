"""Which organisations of the articles are one: by name, its abbreviations, and the place.

Steps
    Names are taken apart (``organisation_names``). A family is all names with one core, and those that an
    abbreviation links to it: one that some article introduced, or one that is made of the words of the other.
    In a family the rows with one name in one place are put together, then clusters are joined, the likeliest
    first. Kind words that differ (фонд «Перспектива», центр «Перспектива») all but forbid it; a name that any
    city may have (школа № 4) needs the place in common; the people around it count for it.
    The weights were chosen on the annotated articles of some hands and checked on those of others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.archive.clusters import Merge, shared_articles
from pipeline.archive.organisation_names import (
    OrganisationName,
    is_city_bound,
    known_bodies,
    parse_organisation,
    spelled_out,
)
from pipeline.archive.profiles import Feature, Profile, Rarity

Label = Callable[[str, object], str]

Values = tuple[Feature, ...]


class OrganisationFeatures(NamedTuple):
    """What stands around an organisation in an article, by aspect."""

    own_cities: Values  # where the record places it
    near_cities: Values  # beside the name
    cities: Values  # of the article
    staff: Values  # people with a role there
    people: Values  # of the article
    organisations: Values  # other names in the article


WEIGHTS = {  # of the likeness of each aspect
    "own_cities": 3.0,
    "near_cities": 2.5,
    "cities": 1.0,
    "staff": 4.0,
    "people": 1.5,
    "organisations": 1.0,
}
KEYS = [OrganisationFeatures._fields.index(aspect) for aspect in ("own_cities", "near_cities", "staff")]
CLASH = {"own_cities": 1.5, "near_cities": 0.8, "cities": 0.4}
WEIGHED = [(WEIGHTS[aspect], CLASH.get(aspect, 0.0)) for aspect in OrganisationFeatures._fields]
APART = 3.0  # taken off for each article that names both as two
MOST_APART = 5
SAME_NAME = 1.0
LONG_NAME = 1.0  # more, where the core has several words
KNOWN_BODY = 10.0
RARE_NAME = 1.0  # taken off where only a few rows bear the name that fits: an error brought it in
USUAL = 0.2  # the part of the rows that has to bear a name
PART_OF_NAME = 0.5  # kind words of one are among those of the other
OTHER_WORDS = -1.5  # the kind is the same, the words beside it differ: ресурсный центр, кризисный центр
NO_KIND = -0.5  # one of them is named by its core alone
OTHER_KIND = -5.0
CITY_BOUND = -1.5
CITY_BOUND_CORE = -0.5  # where it has a name in quotes
INTRODUCED = 4.0  # an article gives one as the abbreviation of the other
SPELLED_OUT = 1.0


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation of an article; ``key`` orders rows by day, article and place."""

    key: tuple[str, str, int]
    name: str
    kind: str
    features: OrganisationFeatures


@dataclass(frozen=True, slots=True)
class _Node:
    """Rows that are one organisation, as far as was seen."""

    rows: tuple[int, ...]
    names: Counter[str]  # with the number of rows that have each
    profile: Profile
    city_bound: float  # 0, or what is taken off because any city may have one of the name
    articles: frozenset[str]

    def keys(self) -> Iterable[Hashable]:
        """What a large family is searched by: the names, the cities, the staff."""
        yield from self.names
        for aspect in KEYS:
            yield from ((aspect, feature) for feature in self.profile.counts[aspect])


@dataclass(frozen=True, slots=True)
class Links:
    """Names that stand for each other: introduced by an article, or spelled out."""

    introduced: frozenset[tuple[str, str]]
    spelled: frozenset[tuple[str, str]]

    @classmethod
    def find(cls, names: Mapping[str, Iterable[str]]) -> Links:
        """Find them among all names of the archive, each with the aliases that articles give it."""
        introduced = {(n, alias) for n, aliases in names.items() for alias in aliases if _introduces(n, alias)}
        spelled = set(spelled_out(names))
        explained = {short for short, _ in spelled}
        sure = {(name, alias) for name, alias in introduced if alias not in explained or (alias, name) in spelled}
        return cls(_both_ways(sure), _both_ways(spelled))


def _both_ways(pairs: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for one, other in pairs for pair in ((one, other), (other, one)))


def _introduces(name: str, alias: str) -> bool:
    """Tell whether an alias is another name, not the same core in other words or a word for any: «Фонд»."""
    return _is_name(alias) and parse_organisation(alias).core != parse_organisation(name).core


def _is_name(alias: str) -> bool:
    """Tell whether an alias identifies by itself: not «Фонд» or «Центр»."""
    name = parse_organisation(alias)
    return name.quoted or bool(name.acronym) or len(name.core) > 1


def families(names: Iterable[str], links: Links) -> dict[str, str]:
    """Return the family of each name, called by one of them: by core and by links, transitively."""
    parents: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        while parents.setdefault(key, key) != key:
            parents[key] = key = parents[parents[key]]
        return key

    ordered = sorted(names)
    for name in ordered:
        parents[root(name)] = root(parse_organisation(name).core)
    for one, other in sorted(links.introduced | links.spelled):
        if one in parents and other in parents:
            parents[root(one)] = root(other)
    first: dict[Hashable, str] = {}
    return {name: first.setdefault(root(name), name) for name in ordered}


def _form(name: str) -> tuple[tuple[str, ...], frozenset[str], str]:
    parsed = parse_organisation(name)
    return parsed.core, parsed.kinds, parsed.acronym


class FamilyResolver:
    """Tells which rows of one family of names are one organisation; see ``pipeline.archive.clusters``.

    Args:
        rows: in order of their keys.
        rarity: of the features of all organisations of the archive.
        label: the name of a feature for the evidence, by aspect and value.
    """

    def __init__(
        self,
        rows: Sequence[OrganisationRow],
        links: Links,
        rarity: Rarity,
        label: Label = lambda aspect, value: str(value),
    ) -> None:
        self.merges: list[Merge] = []
        self._rows, self._links, self._rarity, self._label = rows, links, rarity, label
        self._scores: dict[tuple[str, str], float] = {}

    def first_key(self, i: int) -> Hashable:
        """Return what needs no thought where it is equal: the name with the place."""
        return _form(self._rows[i].name), self._place(self._rows[i])

    def sameness(self, i: int) -> tuple[float, str]:
        """Return the score and the evidence of rows that are equal to one without thought."""
        return SAME_NAME, "same name, same place"

    @staticmethod
    def _place(row: OrganisationRow) -> frozenset[Hashable]:
        """Where a row is, as far as it matters: a name of several words is one everywhere, unless it is placed."""
        own, near, cities = row.features.own_cities, row.features.near_cities, row.features.cities
        name = parse_organisation(row.name)
        if len(name.core) > 1 and not is_city_bound(name, row.kind):
            return frozenset(own)
        return frozenset(own or near or cities)

    def row_keys(self, i: int) -> Iterable[Hashable]:
        """Return what a row is searched by: the name, the cities, the staff."""
        row = self._rows[i]
        yield row.name
        for aspect in KEYS:
            yield from ((aspect, feature) for feature in row.features[aspect])

    def node(self, group: Sequence[int]) -> _Node:
        """Make a node of rows."""
        rows = [self._rows[i] for i in group]
        firsts: dict[Hashable, OrganisationRow] = {}
        for row in rows:
            firsts.setdefault(_form(row.name), row)
        bound = max(map(_city_bound, firsts.values()))
        names = Counter(row.name for row in rows)
        profile = Profile((row.features for row in rows), self._rarity)
        return _Node(tuple(group), names, profile, bound, frozenset(row.key[1] for row in rows))

    def join(self, one: _Node, other: _Node, score: float) -> _Node:
        """Make one node of two, and note why."""
        small = min(one, other, key=lambda node: len(node.rows))
        self.merges.append(Merge(small.rows, score, self._evidence(one, other)))
        one.profile.absorb(other.profile)
        return _Node(
            one.rows + other.rows,
            one.names + other.names,
            one.profile,
            max(one.city_bound, other.city_bound),
            one.articles | other.articles,
        )

    def _evidence(self, one: _Node, other: _Node) -> str:
        parts = [f"{max(one.names, key=len)} = {max(other.names, key=len)}"]
        for aspect, label in enumerate(OrganisationFeatures._fields):
            shared = one.profile.shared(other.profile, aspect)
            if shared:
                parts.append(f"{label}: {', '.join(self._label(label, value) for value in shared)}")
        return "; ".join(parts)

    def score(self, one: _Node, other: _Node) -> float | None:
        """Return how likely two are one: above zero if likelier than not."""
        total = self._name_score(one, other)
        total -= APART * min(MOST_APART, shared_articles(one.articles, other.articles))
        return total + one.profile.likeness(other.profile, WEIGHED)

    def _name_score(self, one: _Node, other: _Node) -> float:
        """Return the best score of a pair of names, less what clashes."""
        best = max(
            self._pair_score(a, b) - RARE_NAME * (1 - min(1.0, _share(one, a) / USUAL, _share(other, b) / USUAL))
            for a in one.names
            for b in other.names
        )
        heads = [{parse_organisation(n).head for n in node.names} - {""} for node in (one, other)]
        if all(heads) and not heads[0] & heads[1] and best < INTRODUCED:
            best += OTHER_KIND
        if best < KNOWN_BODY:
            best += max(one.city_bound, other.city_bound)
        return best

    def _pair_score(self, one: str, other: str) -> float:
        score = self._scores.get((one, other))
        if score is None:
            score = self._scores[one, other] = self._new_pair_score(one, other)
        return score

    def _new_pair_score(self, one: str, other: str) -> float:
        if (one, other) in self._links.introduced:
            return INTRODUCED
        a, b = parse_organisation(one), parse_organisation(other)
        spelled = SPELLED_OUT if (one, other) in self._links.spelled else -10.0
        if a.core != b.core:
            return spelled
        return max(spelled, _core_score(a, b))


def _city_bound(row: OrganisationRow) -> float:
    """Return what is taken off because any city may have one of the name: 0 where it may not."""
    parsed = parse_organisation(row.name)
    return (CITY_BOUND_CORE if parsed.quoted else CITY_BOUND) * is_city_bound(parsed, row.kind)


def _share(node: _Node, name: str) -> float:
    """Return what part of the rows of a node bear a name."""
    return node.names[name] / len(node.rows)


def _core_score(a: OrganisationName, b: OrganisationName) -> float:
    """Score two names with one core by the words beside it."""
    if a.core in known_bodies() and not a.quoted:
        return KNOWN_BODY
    base = LONG_NAME * (len(a.core) > 1)
    if a.kinds == b.kinds and a.acronym == b.acronym:
        return base + SAME_NAME
    if a.bare or b.bare:
        return base + NO_KIND
    if a.kinds <= b.kinds or b.kinds <= a.kinds:
        return base + PART_OF_NAME
    return base + OTHER_WORDS
