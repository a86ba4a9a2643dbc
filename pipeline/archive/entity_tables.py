"""What the resolution knows of entities: their rows, and how each kind is named and kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.archive.slugs import anchor, slug
from pipeline.archive.tables import TABLES, rows_of

Facts = Callable[[Sequence["Member"], str], dict[str, Any]]  # columns of an entity, by its rows and name


@dataclass(frozen=True, slots=True)
class Member:
    """A row of an article that belongs to an entity; ``values`` are the columns that its facts are made of.

    ``entity`` is the number of the one it belonged to before.
    """

    article: int
    row: int
    key: tuple[str, str, int]  # day, id of the article, row
    name: str
    values: tuple[Any, ...] = ()
    entity: int | None = None

    @property
    def anchor(self) -> str:
        """The digits under which it can be named."""
        return anchor(self.key[1], self.row)


@dataclass(slots=True)
class Cluster:
    """The rows of one entity, the earliest first; ``name`` where a correction gives one."""

    members: list[Member]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class EntityKind:
    """How one kind of entity is kept."""

    kind: str  # person; the name of its column as well
    choose_name: Callable[[Sequence[str]], str]
    columns: tuple[str, ...]  # besides id and name
    facts: Facts
    make_id: Callable[[str, Sequence[Member]], str] = lambda name, members: f"{slug(name)}-{members[0].anchor}"

    @property
    def table(self) -> str:
        """The table of the entities: people."""
        return TABLES[self.kind]

    @property
    def rows(self) -> str:
        """The table of the rows of articles: article_people."""
        return rows_of(self.kind)

    def name_of(self, cluster: Cluster) -> str:
        """Return what an entity is called."""
        return cluster.name or self.choose_name([member.name for member in cluster.members])

    def id_of(self, cluster: Cluster) -> str:
        """Return the id of an entity."""
        return self.make_id(self.name_of(cluster), cluster.members)


def most_common(names: Iterable[str]) -> str:
    """Return the most frequent name, of equals the longest."""
    return max(Counter(names).items(), key=lambda pair: (pair[1], len(pair[0]), pair[0]))[0]


def fullest_common(names: Iterable[str], least: float = 0.15) -> str:
    """Return the longest of the names that are not much rarer than the most frequent one."""
    counted = Counter(names)
    bar = max(counted.values()) * least
    return max(
        (name for name, n in counted.items() if n >= bar), key=lambda name: (len(name.split()), len(name), name)
    )
