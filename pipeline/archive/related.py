"""Words of one subject: a search for добровольчество may mean доброволец and волонтёр too.

Source: ``search_families.tsv``, and words of the archive that begin alike.
"""

from __future__ import annotations

import sqlite3
from functools import cache

from pipeline.archive.words import lemma, words

STEM = 8  # letters from which on a word has related ones by its beginning
MOST_RELATED = 10


@cache
def _families() -> dict[str, list[str]]:
    """Return the words of one subject by each of them."""
    from pipeline.resources import read_table

    families = [row["words"].split("; ") for row in read_table("search_families.tsv")]
    return {word: family for family in families for word in family}


def related_words(db: sqlite3.Connection, typed: str) -> list[str]:
    """Return words of the archive on the subject of a search of one word, the frequent ones first."""
    found = words(typed)
    if len(found) != 1 or "*" in typed:
        return []
    main = lemma(found[0])
    begins = main[: STEM - 1] if len(main) >= STEM else main + "\0"
    family = [word for word in _families().get(main, ()) if word != main]
    marks = ", ".join("?" * len(family))
    rows = db.execute(
        f"""SELECT term, max(doc) AS n FROM search_words WHERE term != ? AND doc > 1
        AND (term IN ({marks}) OR (term >= ? AND term < ?)) GROUP BY term ORDER BY n DESC, term LIMIT ?""",
        (main, *family, begins, begins + "\uffff", MOST_RELATED),
    )
    return [term for term, _ in rows]


def either(typed: str, related: list[str]) -> str:
    """Return a search for the word that was typed or any of the related ones; empty where there are none."""
    return " ИЛИ ".join([typed, *related]) if related else ""


def widened(db: sqlite3.Connection, typed: str) -> str:
    """Return a search for all words of the subject of the words typed: each stands for its family.

    «добровольчество школа» → «добровольчество ИЛИ волонтёр … школа ИЛИ школьник …»; phrases stay as they are.
    """
    if any(mark in typed for mark in '«»"“”„|*-') or " или " in typed.lower():
        return typed
    return " ".join(either(word, related_words(db, word)) or word for word in typed.split())
