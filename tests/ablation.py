"""What each rule is worth: ``python -m tests.ablation`` writes ``tests/ablation.md``.

Every rule that asks ``page.uses(rule)`` is switched off alone, the corpus is read again without it, and the
figures that change are listed. A rule that changes none is either for texts the corpus does not have (its test
says which) or dead.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.article import Article
from pipeline.evaluate import Score, Side, evaluate, load_gold
from pipeline.extraction import build_record
from pipeline.page import Page
from pipeline.reading import find_all, read_pages
from tests.conftest import ROOT
from tests.gate import article

TABLE = Path(__file__).with_name("ablation.md")
SHOWN = 4  # figures a rule, those that change most
LEAST = 0.0005


class Asked(Page):
    """A page that notes which rules ask whether they are on."""

    rules: set[str] = set()  # noqa: RUF012 - one set for all pages

    def uses(self, rule: str) -> bool:
        self.rules.add(rule)
        return super().uses(rule)


def score(
    gold: Mapping[str, Side], articles: list[Article], pages: list[Page], rule: str | None
) -> dict[str, Score]:
    """Score the corpus without a rule."""
    found: dict[str, Side] = {}
    for name, one, page in zip(gold, articles, pages, strict=True):
        page.without = frozenset([rule] if rule else [])
        found[name] = build_record(one, find_all(page)).to_dict()
    return evaluate(gold, found).scores


def row(rule: str, whole: Mapping[str, Score], without: Mapping[str, Score]) -> str:
    """Return a line of the table: the figures that lose most, or gain, without a rule."""
    changes = [(without[name].f1 - whole[name].f1, name) for name in whole if "overlap" not in name]
    changes = sorted((c for c in changes if abs(c[0]) >= LEAST), key=lambda c: -abs(c[0]))[:SHOWN]
    shown = ", ".join(f"{name} {change:+.3f}" for change, name in changes)
    return f"| `{rule}` | {shown or 'nothing on the corpus'} |"


def main() -> None:
    gold = load_gold(ROOT / "corpus" / "gold")
    articles = [article(name, table) for name, table in gold.items()]
    pages: list[Any] = read_pages(articles)
    for page in pages:
        page.__class__ = Asked
    whole = score(gold, articles, pages, None)
    lines = [
        f"<!-- {__doc__.splitlines()[0]} -->",
        "",
        f"F1 over {len(gold)} texts without a rule, against with it:",
        "",
    ]
    lines += ["| rule | what changes without it |", "| --- | --- |"]
    for rule in sorted(Asked.rules):
        lines.append(row(rule, whole, score(gold, articles, pages, rule)))
        sys.stdout.write(lines[-1] + "\n")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
