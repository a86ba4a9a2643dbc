"""Scores of records against gold annotation.

Steps
    Gold (``NAME.gold.json``) and records are the same tables; a record is matched to its gold by the stem of
    its source path. Each figure compares the two sides of one document and is micro-averaged over documents.
Figures
    See ``FIGURES``: mentions compare exact offsets; names, roles, events and topics compare folded text;
    facts and dates are paired by overlap of spans and then compared by value.
Leaves out
    Entities across articles (B-cubed): ``pipeline.archive.evaluate_entities``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import LetopisError

Side = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]

_QUOTES = re.compile(r"[«»\"“”„‘’']")
_DASHES = re.compile("[‐‑–—−-]")
_SPACES = re.compile(r"\s+")


class GoldError(LetopisError):
    """The gold folder or the records cannot be compared."""


def fold(text: str | None) -> str | None:
    """Fold case, ё, quotes, dashes, blanks and end punctuation, so that names compare as people read them."""
    if text is None:
        return None
    text = _QUOTES.sub("", text.lower().replace("ё", "е"))
    return _SPACES.sub(" ", _DASHES.sub("-", text)).strip(" .,;:")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure in one document: how many were right, what was found in excess and what is missing."""

    hits: int
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Score:
    """Counts of one figure over documents. ``f1`` is the harmonic mean of precision and recall."""

    hits: int = 0
    found: int = 0
    gold: int = 0

    def add(self, comparison: Comparison) -> None:
        self.hits += comparison.hits
        self.found += comparison.hits + len(comparison.extra)
        self.gold += comparison.hits + len(comparison.missing)

    @property
    def precision(self) -> float:
        return self.hits / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the score as JSON values: p, r, f1, and the counts found and gold."""
        ratios = {"p": self.precision, "r": self.recall, "f1": self.f1}
        return {k: round(v, 4) for k, v in ratios.items()} | {"found": self.found, "gold": self.gold}


# -- comparing --------------------------------------------------------------------------------------------


def compare_sets(found: Iterable[Hashable], gold: Iterable[Hashable]) -> Comparison:
    """Compare two bags of values."""
    missing, extra, hits = list(gold), [], 0
    for value in found:
        if value in missing:
            missing.remove(value)
            hits += 1
        else:
            extra.append(value)
    return Comparison(hits, [str(v) for v in extra], [str(v) for v in missing])


def mentions(row: Mapping[str, Any]) -> Rows:
    """Return the spans of a row: its mentions, or the row itself where it is a span."""
    return row.get("mentions") or ([row] if "start" in row else [])


def overlap(a: Mapping[str, Any], b: Mapping[str, Any]) -> float:
    """Return intersection over union of two spans."""
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return 0.0 if common <= 0 else float(common / (max(a["end"], b["end"]) - min(a["start"], b["start"])))


def pair_by_overlap(found: Rows, gold: Rows, least: float) -> list[tuple[int, int]]:
    """Pair rows one to one, best overlap first; returns indexes into ``found`` and ``gold``."""
    candidates = sorted(
        (
            (max(overlap(x, y) for x in mentions(f) for y in mentions(g)), i, j)
            for i, f in enumerate(found)
            for j, g in enumerate(gold)
            if mentions(f) and mentions(g)
        ),
        reverse=True,
    )
    taken_found: set[int] = set()
    taken_gold: set[int] = set()
    pairs = []
    for value, i, j in candidates:
        if value >= least and i not in taken_found and j not in taken_gold:
            taken_found.add(i)
            taken_gold.add(j)
            pairs.append((i, j))
    return pairs


def compare_pairs(
    found: Rows,
    gold: Rows,
    least: float,
    same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
    show: Callable[[Mapping[str, Any]], str],
) -> Comparison:
    """Pair rows by overlap of at least ``least`` and count the pairs that are the ``same``."""
    right = [(i, j) for i, j in pair_by_overlap(found, gold, least) if same(found[i], gold[j])]
    right_found, right_gold = {i for i, _ in right}, {j for _, j in right}
    return Comparison(
        len(right),
        [show(row) for i, row in enumerate(found) if i not in right_found],
        [show(row) for j, row in enumerate(gold) if j not in right_gold],
    )


# -- figures ----------------------------------------------------------------------------------------------


def _spans(side: Side, table: str) -> list[tuple[int, int, str]]:
    return sorted({(m["start"], m["end"], m["text"]) for row in side.get(table, ()) for m in mentions(row)})


def _mentions(table: str) -> Callable[[Side, Side], Comparison]:
    return lambda found, gold: compare_sets(_spans(found, table), _spans(gold, table))


def _overlaps(table: str) -> Callable[[Side, Side], Comparison]:
    def rows(side: Side) -> Rows:
        return [{"start": start, "end": end, "text": text} for start, end, text in _spans(side, table)]

    return lambda found, gold: compare_pairs(
        rows(found), rows(gold), 0.5, lambda a, b: True, lambda row: str(row["text"])
    )


def _names(table: str) -> Callable[[Side, Side], Comparison]:
    def names(side: Side) -> list[str]:
        return sorted({fold(row["name"]) or "" for row in side.get(table, ())})

    return lambda found, gold: compare_sets(names(found), names(gold))


def _city_regions(found: Side, gold: Side) -> Comparison:
    def pairs(side: Side) -> set[tuple[str | None, str | None]]:
        return {(fold(city["name"]), fold(city.get("region"))) for city in side.get("cities", ())}

    return compare_sets(sorted(pairs(found), key=str), sorted(pairs(gold), key=str))


def _by_id(side: Side, table: str) -> dict[str, str | None]:
    return {row["id"]: fold(row["name"]) for row in side.get(table, ())}


def _roles(side: Side) -> set[tuple[str | None, str | None, str | None]]:
    organisations = _by_id(side, "organisations")
    return {
        (fold(person["name"]), fold(role.get("title")), organisations.get(role.get("organisation") or ""))
        for person in side.get("people", ())
        for role in person.get("roles") or ()
    }


def _compare_roles(found: Side, gold: Side) -> Comparison:
    return compare_sets(sorted(_roles(found), key=str), sorted(_roles(gold), key=str))


def _compare_titles(found: Side, gold: Side) -> Comparison:
    return compare_sets(
        sorted({role[:2] for role in _roles(found)}, key=str), sorted({role[:2] for role in _roles(gold)}, key=str)
    )


def _compare_employers(found: Side, gold: Side) -> Comparison:
    def pairs(side: Side) -> set[tuple[str | None, str | None]]:
        return {(role[0], role[2]) for role in _roles(side) if role[2]}

    return compare_sets(sorted(pairs(found), key=str), sorted(pairs(gold), key=str))


def _event_names(found: Side, gold: Side) -> Comparison:
    return compare_sets(*([fold(event.get("name")) for event in side.get("events", ())] for side in (found, gold)))


def _events(side: Side) -> list[tuple[Hashable, ...]]:
    cities = _by_id(side, "cities")
    return [
        (fold(event.get("name")), event.get("start"), event.get("end"), cities.get(event.get("city") or ""))
        for event in side.get("events", ())
    ]


def _topics(*parts: str, titled: bool = False) -> Callable[[Side, Side], Comparison]:
    def values(side: Side) -> list[Hashable]:
        topics = [t for t in side.get("session_topics", ()) if t["titled"] or not titled]
        return [tuple(fold(topic.get(part)) for part in parts) for topic in topics]

    return lambda found, gold: compare_sets(values(found), values(gold))


def _topic_speakers(found: Side, gold: Side) -> Comparison:
    def pairs(side: Side) -> list[tuple[str | None, str | None]]:
        people = _by_id(side, "people")
        topics = side.get("session_topics", ())
        values = {(fold(t.get("title")), people.get(s)) for t in topics for s in t.get("speakers") or ()}
        return sorted(values, key=str)

    return compare_sets(pairs(found), pairs(gold))


def _number(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _value(fact: Mapping[str, Any]) -> tuple[float | None, float | None]:
    return _number(fact.get("min")), _number(fact.get("max"))


def _show_fact(fact: Mapping[str, Any]) -> str:
    span = mentions(fact)[0]
    bounds = f"{fact.get('min')}..{fact.get('max')}"
    return f"«{span['text']}» {fact.get('kind')} {bounds} {fact.get('modifier')} {fact.get('unit')}"


def _facts(same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> Callable[[Side, Side], Comparison]:
    return lambda found, gold: compare_pairs(found.get("facts", ()), gold.get("facts", ()), 0.3, same, _show_fact)


def _same_fact(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return (a.get("kind"), _value(a), fold(a.get("unit"))) == (b.get("kind"), _value(b), fold(b.get("unit")))


def _dates(same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> Callable[[Side, Side], Comparison]:
    def show(date: Mapping[str, Any]) -> str:
        return f"«{mentions(date)[0]['text']}» {date.get('from')}..{date.get('to')}"

    return lambda found, gold: compare_pairs(found.get("dates", ()), gold.get("dates", ()), 0.3, same, show)


def _same_date(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return (a.get("from"), a.get("to")) == (b.get("from"), b.get("to"))


def _quotes(found: Side, gold: Side) -> Comparison:
    """Quoted words by exact span and the name of who said them; only where the gold annotates quotes."""
    if "quotes" not in gold:
        return Comparison(0)

    def values(side: Side) -> list[tuple[int, int, str | None]]:
        people = _by_id(side, "people")
        quotes = side.get("quotes", ())
        return [(m["start"], m["end"], people.get(q.get("speaker") or "")) for q in quotes for m in mentions(q)]

    return compare_sets(values(found), values(gold))


def _statements(*source: str) -> Callable[[Side, Side], Comparison]:
    """Reported words by exact span, with the names of their ``source``; only where the gold annotates them."""

    def values(side: Side) -> list[tuple[Hashable, ...]]:
        names = _by_id(side, "people") | _by_id(side, "organisations")
        rows = side.get("statements", ())
        return [
            (m["start"], m["end"], *(names.get(row.get(column) or "") for column in source))
            for row in rows
            for m in mentions(row)
        ]

    return lambda found, gold: compare_sets(values(found), values(gold)) if "statements" in gold else Comparison(0)


def _always(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return True


PLACES_AND_NAMES = ("people", "organisations", "cities", "regions")

FIGURES: dict[str, Callable[[Side, Side], Comparison]] = {
    **{f"{table}.mentions": _mentions(table) for table in PLACES_AND_NAMES},
    **{f"{table}.overlap": _overlaps(table) for table in PLACES_AND_NAMES},
    **{f"{table}.names": _names(table) for table in PLACES_AND_NAMES},
    "cities.region": _city_regions,
    "roles.full": _compare_roles,
    "roles.person+title": _compare_titles,
    "roles.person+organisation": _compare_employers,
    "events.name": _event_names,
    "events.full": lambda found, gold: compare_sets(_events(found), _events(gold)),
    "topics.title": _topics("title"),
    "topics.overlap": lambda found, gold: compare_pairs(
        found.get("session_topics", ()), gold.get("session_topics", ()), 0.5, _always, lambda row: str(row["title"])
    ),
    "topics.titled": _topics("title", titled=True),
    "topics.kind": _topics("title", "kind"),
    "topics.speakers": _topic_speakers,
    "facts.span": _facts(_always),
    "facts.value": _facts(lambda a, b: _value(a) == _value(b)),
    "facts.full": _facts(_same_fact),
    "dates.span": _dates(_always),
    "dates.value": _dates(_same_date),
    "quotes.full": _quotes,
    "statements.span": _statements(),
    "statements.full": _statements("speaker", "organisation"),
}


# -- whole sets -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores by figure, and for each figure what was wrong: ``(document, sign, value)``, sign "+" or "-"."""

    scores: dict[str, Score]
    errors: dict[str, list[tuple[str, str, str]]]
    unmatched: list[str]


def evaluate(gold: Mapping[str, Side], found: Mapping[str, Side]) -> Evaluation:
    """Score records against gold, both by document name; a gold document without a record counts as empty."""
    scores = {name: Score() for name in FIGURES}
    errors: dict[str, list[tuple[str, str, str]]] = {name: [] for name in FIGURES}
    for document, truth in gold.items():
        record = found.get(document, {})
        for name, compare in FIGURES.items():
            comparison = compare(record, truth)
            scores[name].add(comparison)
            errors[name] += [(document, "+", value) for value in comparison.extra]
            errors[name] += [(document, "-", value) for value in comparison.missing]
    return Evaluation(scores, errors, [name for name in gold if name not in found])


def load_gold(folder: Path) -> dict[str, Side]:
    """Read ``NAME.gold.json`` files of a folder by name; raises ``GoldError`` where there are none."""
    files = sorted(folder.glob("*.gold.json"))
    if not files:
        raise GoldError(f"{folder}: no *.gold.json files here; give the folder that holds the gold annotation")
    return {file.name.removesuffix(".gold.json"): json.loads(file.read_text(encoding="utf-8")) for file in files}


def load_found(path: Path) -> dict[str, Side]:
    """Read records of a file or folder of JSON Lines or JSON, by the stem of their source path."""
    return {document_name(record): record for record in _read_rows(path)}


def document_name(record: Side) -> str:
    """Return the name under which a record meets its gold: the stem of its source path, else its id."""
    return Path((record.get("source") or {}).get("path") or record["id"]).stem


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise GoldError(f"{path}: no such file or folder; give what «letopis extract» wrote")
    files = [path] if path.is_file() else sorted([*path.rglob("*.jsonl"), *path.rglob("*.json")])
    for file in files:
        text = file.read_text(encoding="utf-8")
        lines = [text] if file.suffix == ".json" else text.split("\n")
        for line in filter(str.strip, lines):
            row = json.loads(line)
            if isinstance(row, dict) and "people" in row:
                yield row
