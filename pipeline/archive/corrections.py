"""Corrections that people write: what the resolution of entities got wrong, honoured by every build.

A TOML file, for example:

    [[merge]]                       # these are one
    kind = "organisation"           # person, organisation, city or event
    of = ["Институт социальных исследований", "ИСИ"]

    [[split]]                       # in these articles it is another one
    kind = "person"
    of = "Юлия Чернова"
    articles = ["0f3a…", "news/2019/a.txt"]
    name = "Юлия Чернова (врач)"    # what the other one is called; may be left out

    [[rename]]
    kind = "person"
    of = "yuliya-chernova-3f9a1c02be"
    name = "Юлия Игоревна Чернова"

``of`` names an entity by its id (as the pages and ``letopis query`` show it) or by one of its names, if only one
entity bears it; an id keeps its meaning whatever the entity is called later. Articles are named by id or path.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pipeline.errors import LetopisError

Kind = Literal["person", "organisation", "city", "event"]
SECTIONS = {"merge": {"kind", "of"}, "split": {"kind", "of", "articles"}, "rename": {"kind", "of", "name"}}
OPTIONAL = {"merge": {"name"}, "split": {"name"}, "rename": set[str]()}


class CorrectionsError(LetopisError):
    """A file of corrections that cannot be understood."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Entities that are one; ``name`` is what it is called, if that is to be said."""

    place: str
    kind: Kind
    of: tuple[str, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """An entity that is another one in some articles."""

    place: str
    kind: Kind
    of: str
    articles: frozenset[str]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """What an entity is called."""

    place: str
    kind: Kind
    of: str
    name: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a file says, in its order."""

    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()
    renames: tuple[Rename, ...] = ()
    digest: str = ""

    def about(self, kind: str) -> bool:
        """Tell whether any of them is of a kind of entities."""
        kinds = [*(m.kind for m in self.merges), *(s.kind for s in self.splits), *(r.kind for r in self.renames)]
        return kind in kinds


def read_corrections(path: Path) -> Corrections:
    """Read a file of corrections; raises ``CorrectionsError`` that says which entry is wrong."""
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode())
    except (OSError, ValueError) as error:
        raise CorrectionsError(f"{path}: cannot be read as TOML ({error})") from error
    unknown = table.keys() - SECTIONS.keys()
    if unknown:
        raise CorrectionsError(f"{path}: [[{min(unknown)}]]: unknown; there are {', '.join(SECTIONS)}")
    entries = {section: _entries(path, section, table.get(section, [])) for section in SECTIONS}
    return Corrections(
        tuple(Merge(place, e["kind"], tuple(e["of"]), e.get("name")) for place, e in entries["merge"]),
        tuple(
            Split(place, e["kind"], e["of"], frozenset(e["articles"]), e.get("name"))
            for place, e in entries["split"]
        ),
        tuple(Rename(place, e["kind"], e["of"], e["name"]) for place, e in entries["rename"]),
        sha256(content).hexdigest(),
    )


def _entries(path: Path, section: str, entries: Any) -> list[tuple[str, dict[str, Any]]]:
    """Check the entries of a section, and say of each where it stands."""
    if not isinstance(entries, list):
        raise CorrectionsError(f"{path}: write [[{section}]] in double brackets")
    checked = []
    for number, entry in enumerate(entries, 1):
        place = f"{path.name}: {section} {number}"
        fault = _fault(section, entry)
        if fault:
            raise CorrectionsError(f"{place}: {fault}")
        checked.append((place, cast("dict[str, Any]", entry)))
    return checked


def _fault(section: str, entry: dict[str, Any]) -> str | None:
    missing = SECTIONS[section] - entry.keys()
    unknown = entry.keys() - SECTIONS[section] - OPTIONAL[section]
    if missing or unknown:
        return "; ".join([*(f"{key} is missing" for key in missing), *(f"{key}: unknown" for key in unknown)])
    if entry["kind"] not in get_args(Kind):
        return f"kind is {entry['kind']!r}; it must be one of {', '.join(get_args(Kind))}"
    lists = {"of"} if section == "merge" else {"articles"}
    for key, value in entry.items():
        if key in lists and not (isinstance(value, list) and value and all(isinstance(v, str) for v in value)):
            return f"{key} must be a list of texts"
        if key not in lists and not (isinstance(value, str) and value.strip()):
            return f"{key} must be a text"
    return None
