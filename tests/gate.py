"""The quality gate: no figure over ``corpus/gold`` may fall below its floor.

``python -m tests.gate`` checks, ``python -m tests.gate --raise`` writes floors at what is reached now. Floors
are pinned with a digest of the gold; lowering one is an edit of ``floors.json`` with its reason in the commit.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pipeline
from pipeline.evaluate import Score, Side, evaluate, load_gold

ROOT = Path(__file__).parent.parent
FLOORS = Path(__file__).with_name("floors.json")


def corpus_digest() -> str:
    """Return a digest of all gold files, so that floors speak of one corpus."""
    digest = sha256()
    for file in sorted((ROOT / "corpus" / "gold").glob("*.gold.json")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def extract_corpus(gold: Mapping[str, Side]) -> dict[str, Side]:
    """Extract the articles of the corpus, by name of their gold."""
    records = pipeline.extract_all([article(name, table) for name, table in gold.items()])
    return {name: record.to_dict() for name, record in zip(gold, records, strict=True)}


def scores() -> dict[str, Score]:
    """Extract every article of the corpus and score it."""
    gold = load_gold(ROOT / "corpus" / "gold")
    return evaluate(gold, extract_corpus(gold)).scores


def article(name: str, table: Side) -> pipeline.Article:
    text = (ROOT / "corpus" / "news" / f"{name}.txt").read_text(encoding="utf-8")
    return pipeline.Article.from_text(text, published=table["published"], title=table.get("title"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raise", dest="write", action="store_true", help="write floors at what is reached")
    write = parser.parse_args().write
    reached = {name: math.floor(score.f1 * 1000) / 1000 for name, score in scores().items()}
    pinned = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {"corpus": None, "floors": {}}
    floors: dict[str, float] = pinned["floors"]
    same_corpus = pinned["corpus"] == corpus_digest()
    below = [name for name, floor in floors.items() if same_corpus and reached[name] < floor]
    for name, value in reached.items():
        mark = "BELOW" if name in below else ""
        sys.stdout.write(f"{name:28} {value:.3f}   floor {floors.get(name, 0.0):.3f} {mark}\n")
    if write and not below:
        table = {"corpus": corpus_digest(), "floors": reached}
        FLOORS.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    elif not same_corpus:
        sys.stdout.write("corpus/gold has changed since the floors were set: run python -m tests.gate --raise\n")
    return 1 if below or not (same_corpus or write) else 0


if __name__ == "__main__":
    sys.exit(main())
