"""The table of scores: Letopis and the natasha library on the annotated corpus, ``python -m tests.scores``.

Two columns of texts: those that were read while the rules were made, and ``wa…`` and ``xa…``, written last by other
hands, whose errors nobody has looked at.
"""

from __future__ import annotations

import re
import sys

from pipeline.evaluate import Score, evaluate, load_gold
from tests.conftest import ROOT
from tests.gate import extract_corpus
from tests.peers import natasha_tables

FIGURES = (
    "people.mentions", "people.names", "organisations.mentions", "organisations.names", "cities.mentions",
    "cities.names", "cities.region", "regions.mentions", "regions.names", "roles.person+title", "roles.full",
    "events.name", "events.full", "topics.title", "topics.titled", "topics.kind", "topics.speakers", "facts.span",
    "facts.value", "facts.full", "dates.value", "quotes.full", "statements.span", "statements.full",
)  # fmt: skip

UNSEEN = re.compile(r"(?:^|_)[wx]a\d")


def table() -> str:
    """Return the scores as a Markdown table."""
    gold = load_gold(ROOT / "corpus" / "gold")
    ours = extract_corpus(gold)
    theirs = {
        name: natasha_tables((ROOT / "corpus" / "news" / f"{name}.txt").read_text(encoding="utf-8"))
        for name in gold
    }
    parts = [[n for n in gold if bool(UNSEEN.search(n)) == fresh] for fresh in (False, True)]
    columns = [
        evaluate({n: gold[n] for n in part}, {n: side[n] for n in part}).scores
        for part in parts
        for side in (ours, theirs)
    ]
    seen, unseen = map(len, parts)
    head = f"| F1 | Letopis, {seen} texts | natasha | Letopis, {unseen} texts not looked at | natasha |"
    lines = [head, "| --- | ---: | ---: | ---: | ---: |"]
    for figure in FIGURES:
        lines.append(f"| {figure} | " + " | ".join(_cell(column[figure]) for column in columns) + " |")
    return "\n".join(lines)


def _cell(score: Score) -> str:
    return f"{score.f1:.3f}" if score.found else "–"


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
