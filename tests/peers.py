"""The natasha library on the same texts, used as its documentation shows: a peer to compare with."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

REGION = re.compile(
    r"област|кра[йяюе]|республик|округ|сибир|урал|дальн|поволж|якут|татарстан|башк|бурят|коми|карел|югр", re.I
)
COUNTRY = {"россия", "рф", "россии", "российская федерация", "российской федерации"}
CURRENCIES = {"RUB": "рубль", "USD": "доллар", "EUR": "евро"}


@cache
def _natasha() -> dict[str, Any]:
    import natasha

    vocabulary, embedding = natasha.MorphVocab(), natasha.NewsEmbedding()
    return {
        "segmenter": natasha.Segmenter(),
        "vocabulary": vocabulary,
        "morphology": natasha.NewsMorphTagger(embedding),
        "syntax": natasha.NewsSyntaxParser(embedding),
        "names": natasha.NewsNERTagger(embedding),
        "dates": natasha.DatesExtractor(vocabulary),
        "money": natasha.MoneyExtractor(vocabulary),
    }


def natasha_tables(text: str) -> dict[str, list[dict[str, Any]]]:
    """Return what natasha finds in a text as tables of the record."""
    import natasha

    parts = _natasha()
    doc = natasha.Doc(text)
    doc.segment(parts["segmenter"])
    doc.tag_morph(parts["morphology"])
    doc.parse_syntax(parts["syntax"])
    doc.tag_ner(parts["names"])
    for span in doc.spans:
        span.normalize(parts["vocabulary"])
    places = [s for s in doc.spans if s.type == "LOC" and s.normal.lower() not in COUNTRY]
    return {
        "people": _rows(s for s in doc.spans if s.type == "PER"),
        "organisations": _rows(s for s in doc.spans if s.type == "ORG"),
        "cities": _rows(s for s in places if not REGION.search(s.normal)),
        "regions": _rows(s for s in places if REGION.search(s.normal)),
        "dates": [_date(match) for match in parts["dates"](text)],
        "facts": [_money(match) for match in parts["money"](text)],
    }


def _rows(spans: Iterable[Any]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for span in spans:
        row = rows.setdefault(span.normal, {"id": f"row-{len(rows)}", "name": span.normal, "mentions": []})
        row["mentions"].append({"start": span.start, "end": span.stop, "text": span.text})
    return list(rows.values())


def _date(match: Any) -> dict[str, Any]:
    fact = match.fact
    first = last = None
    if fact.year and fact.month and fact.day:
        first = last = f"{fact.year:04d}-{fact.month:02d}-{fact.day:02d}"
    elif fact.year and fact.month:
        first = f"{fact.year:04d}-{fact.month:02d}-01"
        last = f"{fact.year:04d}-{fact.month:02d}-{calendar.monthrange(fact.year, fact.month)[1]}"
    elif fact.year:
        first, last = f"{fact.year:04d}-01-01", f"{fact.year:04d}-12-31"
    return {"start": match.start, "end": match.stop, "text": "", "from": first, "to": last}


def _money(match: Any) -> dict[str, Any]:
    amount, unit = match.fact.amount, CURRENCIES.get(match.fact.currency)
    return {
        "start": match.start,
        "end": match.stop,
        "text": "",
        "kind": "money",
        "min": amount,
        "max": amount,
        "unit": unit,
    }
