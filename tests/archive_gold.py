"""Records made of gold annotation, so that the archive is tested apart from the extractors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.record import Record

CORPUS = Path(__file__).parents[1] / "corpus"
PREFIXES = {
    "people": "per", "organisations": "org", "cities": "city", "regions": "region", "events": "event",
    "session_topics": "topic", "facts": "fact", "dates": "date", "quotes": "quote",
    "statements": "statement",
}  # fmt: skip
REFERENCES = ("organisation", "city", "event", "speaker")
LISTS_OF_REFERENCES = ("speakers", "organisers")
SPANS = ("facts", "dates", "quotes", "statements")


def gold_records(corpus: Path = CORPUS) -> Iterator[Record]:
    """Yield the gold of a corpus as records; the id of a record is the name of its file."""
    for path in sorted((corpus / "gold").glob("*.gold.json")):
        name = path.name.removesuffix(".gold.json")
        text = (corpus / "news" / f"{name}.txt").read_text(encoding="utf-8")
        yield gold_record(name, json.loads(path.read_text(encoding="utf-8")), text)


def gold_record(name: str, gold: dict[str, Any], text: str) -> Record:
    """Turn one gold table into a record: ids renamed, what the record has besides left out or filled in."""
    ids = {
        row["id"]: f"{PREFIXES[table]}-{i}" for table in PREFIXES for i, row in enumerate(gold.get(table, ()), 1)
    }
    tables = {table: [_row(table, row, ids, text) for row in gold.get(table, ())] for table in PREFIXES}
    theme = gold.get("theme")
    source = {"path": f"news/{name}.txt", "title": gold.get("title"), "published": gold.get("published")}
    return Record.model_validate(
        {
            "id": name,
            "source": source,
            "produced": {"version": "gold"},
            "text": text,
            "themes": [{"label": theme, "score": 1.0}] if theme else [],
            **tables,
        }
    )


def _row(table: str, row: dict[str, Any], ids: dict[str, str], text: str) -> dict[str, Any]:
    new = {key: value for key, value in row.items() if key != "global"} | {"id": ids[row["id"]]}
    for key in REFERENCES:
        if new.get(key):
            new[key] = ids.get(new[key])
    for key in LISTS_OF_REFERENCES:
        if key in new:
            new[key] = [ids[value] for value in new[key]]
    if table == "people":
        new |= _name(new["name"])
        new["roles"] = [_role(role, new["mentions"][0], ids) for role in new.get("roles") or ()]
    if table == "cities":
        new |= _place(new["name"], new.get("region"))
    if table in SPANS:
        new |= new.pop("mentions")[0]
    return new


def _role(role: dict[str, Any], mention: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """Gold does not say where a role stands: it is put on the first mention of its person."""
    organisation = ids.get(role.get("organisation") or "")
    return {"title": role["title"], "organisation": organisation} | mention


def _name(name: str) -> dict[str, str]:
    """Split «Ирина Сергеевна Малахова», «И. С. Малахова», «Ирина Малахова», «Малахова»."""
    *given, surname = name.split()
    return dict(zip(("given", "patronymic"), given, strict=False)) | {"surname": surname}


@cache
def _cities() -> dict[tuple[str, str], dict[str, Any]]:
    from pipeline.gazetteer import read_table

    districts = {row["code"]: (row["name"], row["district"]) for row in read_table("regions.tsv") if row["code"]}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in read_table("cities.tsv"):
        region, district = districts.get(row["region"], ("", ""))
        place = {
            "geoname_id": int(row["geoname_id"]) if row["geoname_id"] else None,
            "latitude": float(row["latitude"] or 0),
            "longitude": float(row["longitude"] or 0),
            "population": int(row["population"] or 0),
            "federal_district": district or None,
            "country": row["country"],
        }
        key = (row["name"].replace("ё", "е"), region)
        if key not in found or place["population"] > found[key]["population"]:
            found[key] = place
    return found


def _place(name: str, region: str | None) -> dict[str, Any]:
    name = name.replace("ё", "е")
    cities = _cities()
    if region:
        return cities.get((name, region), {})
    own = [cities.get((name, other), {}) for other in (name, "", *{r for n, r in cities if n == name})]
    return next(filter(None, own), {})
