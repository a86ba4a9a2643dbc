"""FactRuEval-2016 as the naeval benchmark scores it: token F1 of PER, LOC and ORG.

``read_texts`` reads the texts with their spans, ``token_f1`` scores spans against them: every token of razdel
counts once for its type; where an entity begins does not matter.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.models.segment import tokenize

TYPES = ("PER", "LOC", "ORG")
Span = tuple[int, int, str]


def read_texts(path: Path) -> Iterator[tuple[str, list[Span]]]:
    """Yield the texts of a JSON Lines file with their gold spans ``(start, end, type)``."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["text"], [(span["start"], span["end"], span["type"]) for span in row["spans"]]


def token_f1(texts: Iterable[tuple[str, list[Span], list[Span]]]) -> dict[str, float]:
    """Return F1 by type over ``(text, gold spans, found spans)``."""
    counts: Counter[tuple[str, str]] = Counter()
    for text, gold, found in texts:
        tokens = list(tokenize(text))
        for wanted, got in zip(_labels(tokens, gold), _labels(tokens, found), strict=True):
            if wanted == got:
                counts[wanted, "right"] += 1
            else:
                counts[wanted, "lost"] += 1
                counts[got, "extra"] += 1
    return {kind: _f1(counts[kind, "right"], counts[kind, "extra"], counts[kind, "lost"]) for kind in TYPES}


def _labels(tokens: list[tuple[int, int]], spans: list[Span]) -> list[str]:
    labels = [""] * len(tokens)
    for first, last, kind in spans:
        for i, (start, end) in enumerate(tokens):
            if first <= start and end <= last:
                labels[i] = kind
    return labels


def _f1(right: int, extra: int, lost: int) -> float:
    return 2 * right / (2 * right + extra + lost) if right else 0.0
