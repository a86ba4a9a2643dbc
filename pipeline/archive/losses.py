"""What articles that are changed or removed take with them: whose rows, which names, which surroundings.

By it the resolution knows what to work out anew after a small change, and how rare what is left has become.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pipeline.archive.person_names import PersonName, parse_name
from pipeline.archive.profiles import Feature, Features
from pipeline.archive.surroundings import Surroundings
from pipeline.archive.tables import rows_of

ENTITIES = ("city", "organisation", "person", "event")


@dataclass(slots=True)
class Losses:
    """What was lost with the articles that ``note`` was told of.

    ``entities`` are those that lost rows, by kind; ``features`` are counted by kind and aspect. After ``most``
    articles nothing is noted any more: all is worked out anew then.
    """

    most: int

    entities: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in ENTITIES})
    people: set[PersonName] = field(default_factory=set)
    organisations: dict[str, set[str]] = field(default_factory=dict)  # names with their aliases
    features: Counter[tuple[str, int, Feature]] = field(default_factory=Counter)
    _noted: int = 0

    def note(self, db: sqlite3.Connection, article: int) -> None:
        """Note what an article is about to take with it."""
        self._noted += 1
        if self._noted > self.most or not self._note_entities(db, article):
            return
        around = Surroundings(db, article)
        for row, name, given, patronymic, surname, near in db.execute(
            "SELECT row, name, given, patronymic, surname, near FROM article_people WHERE article = ?", (article,)
        ):
            self.people.add(parse_name(name, given, patronymic, surname))
            self._count("person", around.of_person(article, row, near))
        for row, name, aliases, *place in db.execute(
            "SELECT row, name, aliases, city_row, near FROM article_organisations WHERE article = ?", (article,)
        ):
            self.organisations.setdefault(name, set()).update(json.loads(aliases))
            self._count("organisation", around.of_organisation(article, row, name, *place))

    def _note_entities(self, db: sqlite3.Connection, article: int) -> bool:
        """Note whose rows an article has; tells whether they are of any: those of this run are of none yet."""
        known = True
        for kind in ENTITIES:
            found = {e for (e,) in db.execute(f"SELECT {kind} FROM {rows_of(kind)} WHERE article = ?", (article,))}
            known = known and None not in found
            self.entities[kind] |= found - {None}
        return known

    def _count(self, kind: str, features: Features | Any) -> None:
        for aspect, values in enumerate(features):
            self.features.update((kind, aspect, value) for value in values)
