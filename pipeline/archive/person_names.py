"""Names of people as the resolution compares them: each part is full, an initial, or absent."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from pipeline.archive.words import fold


class PersonName(NamedTuple):
    """A name, folded; an initial is one letter with a dot, an absent part is empty."""

    given: str = ""
    patronymic: str = ""
    surname: str = ""

    @property
    def fullness(self) -> int:
        """How much of a name it is, to choose the fullest of several."""
        return sum(4 if len(part) > 2 else bool(part) for part in self)


@cache
def _usual_forms() -> dict[str, str]:
    from pipeline.resources import read_table

    return {row["variant"]: row["name"] for row in read_table("given_names_variants.tsv")}


def common_form(given: str) -> str:
    """Return the usual form of a given name: «наталия» → «наталья»."""
    return _usual_forms().get(given, given)


@lru_cache(maxsize=200_000)
def parse_name(name: str, given: str | None, patronymic: str | None, surname: str | None) -> PersonName:
    """Make a name of the parts that a record gives, or of the written name where it gives none."""
    if not (given or surname):
        *first, last = name.split() or [""]
        given, patronymic, surname = (first[0] if first else None), (first[1] if len(first) > 1 else None), last
    return PersonName(common_form(_part(given)), _part(patronymic), _part(surname))


def _part(text: str | None) -> str:
    folded = fold(text or "").strip()
    return folded[0] + "." if folded.endswith(".") or len(folded) == 1 else folded


def agree(one: str, other: str) -> bool | None:
    """Tell whether two parts can be of one name: True if equal, None if they merely do not clash, else False.

    >>> agree("ирина", "и.") is None
    True
    """
    if not one or not other:
        return None
    if one == other:
        return True if len(one) > 2 else None
    if one.endswith(".") or other.endswith("."):
        return None if one[0] == other[0] else False
    return False


def written(name: PersonName) -> str:
    """Write a name: («и.», «», «малахова») → «И. Малахова»."""
    return " ".join("-".join(p[:1].upper() + p[1:] for p in part.split("-")) for part in name if part)
