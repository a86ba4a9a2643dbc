"""Finding entities by what people type: an id, a name, a part of a name in any case, initials."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass

from pipeline.archive.slugs import anchor_of
from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.words import fold, readings, words
from pipeline.errors import LetopisError

MOST_WORDS = 12
NEAREST = 5


class NotFoundError(LetopisError):
    """A name or id that nothing in the archive bears."""

    def __init__(self, kind: str, typed: str, near: list[str]) -> None:
        self.kind, self.typed, self.near = kind, typed, near
        advice = f"; near to it: {', '.join(near)}" if near else ""
        super().__init__(f"{kind} «{typed}»: none in this archive{advice}")


@dataclass(frozen=True, slots=True)
class Found:
    """An entity that was found by name."""

    number: int
    id: str
    name: str
    articles: int


def find_entities(db: sqlite3.Connection, kind: str, typed: str) -> list[int]:
    """Return the numbers of the entities that are meant; raises ``NotFoundError`` where there are none.

    An id means one; a whole name all that bear it; else all of whose names hold every word, in any case:
    «Малаховой» finds Ирина Малахова, «И. Малахова» those whose given name begins so.
    """
    found = _by_id(db, kind, typed) or _by_whole_name(db, kind, typed) or _by_words(db, kind, typed)
    if not found:
        raise NotFoundError(kind, typed, _near(db, kind, typed))
    return found


def search_entities(db: sqlite3.Connection, kind: str, typed: str, limit: int = 20) -> list[Found]:
    """Return the entities that are meant, those of most articles first; none where nothing is."""
    table = TABLES[kind]
    numbers = _by_id(db, kind, typed) or _by_words(db, kind, typed, beginning=True)
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(
        f"""SELECT {kind}, id, name, articles FROM {table} WHERE {kind} IN ({marks})
        ORDER BY articles DESC, name LIMIT ?""",
        (*numbers, limit),
    )
    return [Found(*row) for row in rows]


def entity_by_id(db: sqlite3.Connection, kind: str, entity_id: str) -> int | None:
    """Return the number of the entity with an id, also an earlier one (see ``slugs``), or ``None``."""
    table = TABLES[kind]
    row = db.execute(f"SELECT {kind} FROM {table} WHERE id = ?", (entity_id,)).fetchone()
    digits = anchor_of(entity_id)
    if row or digits is None or kind in ("city", "region"):
        return row[0] if row else None
    row = db.execute(
        f"""SELECT {kind} FROM merges AS m JOIN {rows_of(kind)} AS r ON r.article = m.article AND r.row = m.row
        WHERE m.anchor = ? AND m.kind = ?""",
        (digits, kind),
    ).fetchone()
    return row[0] if row else None


def _by_id(db: sqlite3.Connection, kind: str, typed: str) -> list[int]:
    number = entity_by_id(db, kind, typed.strip()) if re.fullmatch(r"[a-z0-9-]+", typed.strip()) else None
    return [] if number is None else [number]


def _by_whole_name(db: sqlite3.Connection, kind: str, typed: str) -> list[int]:
    wanted = " ".join(words(typed))
    candidates = _matches(db, kind, [f'"{word}"' for word in words(typed)[:MOST_WORDS]])
    return sorted({entity for entity, name in candidates if " ".join(words(name)) == wanted})


def _by_words(db: sqlite3.Connection, kind: str, typed: str, *, beginning: bool = False) -> list[int]:
    tokens = [word for word in words(typed) if word]
    terms = [_term(word, beginning and i == len(tokens) - 1, typed) for i, word in enumerate(tokens[:MOST_WORDS])]
    return sorted({entity for entity, _ in _matches(db, kind, terms)})


def _term(word: str, beginning: bool, typed: str) -> str:
    """Return the expression for a word: itself, its lemmas, or what begins so (an initial, a word being typed)."""
    begins = f'words : "{word}" *'
    if len(word) == 1 and f"{word}." in fold(typed):
        return f"({begins})"
    forms = [f'"{form}"' for form in dict.fromkeys([word, *readings(word)])]
    return f"({' OR '.join([*forms, begins] if beginning else forms)})"


def _matches(db: sqlite3.Connection, kind: str, terms: list[str]) -> list[tuple[int, str]]:
    if not terms:
        return []
    return [
        (entity, name)
        for entity, name in db.execute(
            """SELECT entity, name FROM entity_names
            WHERE name_key IN (SELECT rowid FROM names_fts WHERE names_fts MATCH ?) AND kind = ?""",
            (" AND ".join(terms), kind),
        )
    ]


def _near(db: sqlite3.Connection, kind: str, typed: str) -> list[str]:
    """Name those that share a word or the beginning of one."""
    near: dict[str, None] = {}
    for word in words(typed):
        if len(word) > 3:
            rows = _matches(db, kind, [f'(words : "{word[: max(4, len(word) - 3)]}" *)'])
            near.update(dict.fromkeys(name for _, name in rows))
    return list(near)[:NEAREST]
