"""Finds cities, regions and countries, and links cities to the gazetteer.

Steps
    1. regions and countries by name, adjective and list (``spans``);
    2. candidates for settlements, decided and linked by what the text says (``choice``);
    3. rows of the record, in order of first mention.
Leaves out
    Streets, districts, rivers; demonyms («омичи»).
Sources
    The gazetteer (``pipeline.gazetteer``): GeoNames, ISO 3166.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pipeline.extractors.places.choice import Judge, Support, add_certain, choose, support_of_regions
from pipeline.extractors.places.spans import Hit, find_countries, find_regions, find_settlements, marked
from pipeline.extractors.places.unlisted import find_unlisted, repeated
from pipeline.gazetteer import CountryEntry, RegionEntry, Settlement, region_by_code, settlements, words
from pipeline.page import Page
from pipeline.record import City, Country, Person, PlaceSpan, Region

NEAR = 20  # tokens: a name of a region has up to eight
Key = TypeVar("Key")
Decided = tuple[Hit[Settlement], Settlement]


def find(page: Page, *, people: list[Person]) -> tuple[list[City], list[Region], list[Country]]:
    """Return the cities, regions and countries of a page."""
    positions = marked(page)
    country_hits = find_countries(page, positions)
    taken = _tokens(country_hits)
    region_hits = find_regions(page, positions, taken)
    taken |= _tokens(region_hits)
    hits = find_settlements(page, positions, taken)
    support = support_of_regions(region_hits)
    add_certain(page, support, hits)
    judge = Judge.of(page, support, people)
    abroad = _abroad(page, country_hits)
    cities = _decide(page, hits, judge, region_hits, abroad)
    if page.uses("places.unlisted"):
        cities = _with_unlisted(page, cities, judge, taken, region_hits, abroad)
    return (
        _city_rows(page, cities),
        _region_rows(page, region_hits, support),
        _country_rows(page, country_hits),
    )


def _tokens(hits: Iterable[Hit[Key]]) -> set[int]:
    return {i for hit in hits for i in range(hit.first, hit.last)}


def _abroad(page: Page, countries: Iterable[Hit[CountryEntry]]) -> dict[int, str]:
    """Return the countries that an adjective gives, by the token after it: «казахстанский | Петропавловск».

    A word for a town may stand between: «финского города | Йоэнсуу».
    """
    codes: dict[int, str] = {}
    for hit in countries:
        if hit.form == "adjective" and hit.options[0].code != "RU":
            town = page.lower[hit.last : hit.last + 1] and page.lower[hit.last] in words("town")
            codes[hit.last + bool(town)] = hit.options[0].code
    return codes


def _decide(
    page: Page,
    hits: Sequence[Hit[Settlement]],
    judge: Judge,
    regions: Sequence[Hit[RegionEntry]],
    abroad: dict[int, str],
) -> list[Decided]:
    """Decide nouns first (twice, so that a later one speaks for an earlier one), then adjectives."""
    decided: list[Decided] = []
    for form in ("noun", "noun", "adjective"):
        decided = [pair for pair in decided if pair[0].form != form]
        for hit in hits:
            if hit.form != form:
                continue
            beside = regions_beside(page, hit, regions) or _district_beside(page, hit, judge.support)
            place = choose(page, hit, judge.support, beside)
            if beside and not place.major and place.region not in beside:
                # «деревня Пески Псковской области»: a namesake of those that the gazetteer has
                place = Settlement(name=place.name, country="RU", region=beside[0])
            country = abroad.get(hit.first)
            if country:
                place = next((p for p in hit.options if p.country == country), place)
            if judge.accepts(hit, place):
                decided.append((hit, place))
                judge.support.chosen[place] = None
                judge.cities.update(range(hit.first, hit.last))
    return decided


def _with_unlisted(
    page: Page,
    cities: list[Decided],
    judge: Judge,
    taken: set[int],
    regions: Sequence[Hit[RegionEntry]],
    abroad: dict[int, str],
) -> list[Decided]:
    """Add settlements that the gazetteer does not have, and every repetition of a name."""
    judge.support.count(place for _, place in cities)
    taken = taken | _tokens(hit for hit, _ in cities)
    found: list[Decided] = []
    for hit in find_unlisted(page, judge, taken):
        codes = (
            regions_beside(page, hit, regions)
            or _district_beside(page, hit, judge.support)
            or _sentence_region(page, hit, regions)
            or [judge.support.main_region()]
        )
        known = next((place for _, place in found if place.name == hit.options[0].name), None)
        if hit.first in abroad:
            known = hit.options[0]._replace(country=abroad[hit.first])
        found.append((hit, known or hit.options[0]._replace(region=codes[0])))
    taken |= _tokens(hit for hit, _ in found)
    if not page.uses("places.repeated"):
        return sorted([*cities, *found], key=lambda pair: pair[0].first)
    places = list(dict.fromkeys(place for _, place in [*cities, *found]))
    again = [(hit, hit.options[0]) for hit in repeated(page, places, judge, taken)]
    return sorted([*cities, *found, *again], key=lambda pair: pair[0].first)


def regions_beside(page: Page, hit: Hit[Settlement], regions: Sequence[Hit[RegionEntry]]) -> list[str]:
    """Return codes of regions that stand beside a settlement and say where it lies.

    «Железногорск (Курская область)», «Мирный Архангельской области», «Томская обл., г. Северск»,
    «бурятский Горячинск», «село Максимиха Баргузинского района».
    """
    codes: list[str] = []
    near, far = (bisect_left(regions, i, key=_first) for i in (hit.first - NEAR, hit.last + 2))
    for region in regions[near:far]:
        after, before = region.first - hit.last, hit.first - region.last
        follows = region.form == "noun" and (not after or (after == 1 and page.words[hit.last] in ("(", ",")))
        precedes = 1 < before <= 3 and page.words[region.last] == ","
        if follows or precedes or (not before and region.form == "adjective"):
            codes.extend(entry.code for entry in region.options if entry.code)
    return codes


def _first(region: Hit[RegionEntry]) -> int:
    return region.first


def _district_beside(page: Page, hit: Hit[Settlement], support: Support) -> list[str]:
    """Return the region of a district that follows: districts bear the names of their chief places."""
    district = words("beside_district")
    for j in range(hit.last, min(hit.last + 4, len(page) - 1)):
        if page.lemmas[j + 1] not in district or page.sentence_of[j] != page.sentence_of[hit.first]:
            continue
        if options := settlements().adjective(page.lower[j]):
            best = max(options, key=lambda place: place.weight + 2 * support.of(place))
            return [best.region] if best.region else []
    return []


def _sentence_region(page: Page, hit: Hit[Settlement], regions: Sequence[Hit[RegionEntry]]) -> list[str]:
    """Return the region that the sentence of an unlisted settlement names, where it names one."""
    sentence = page.sentence_of[hit.first]
    codes = {
        region.options[0].code
        for region in regions
        if region.form == "noun" and page.sentence_of[region.first] == sentence and region.options[0].code
    }
    return list(codes) if len(codes) == 1 else []


def _city_rows(page: Page, decided: Sequence[tuple[Hit[Settlement], Settlement]]) -> list[City]:
    by_code = region_by_code()
    rows = []
    for number, (place, hits) in enumerate(_grouped((place, hit) for hit, place in decided), start=1):
        region = by_code.get(place.region)
        rows.append(
            City(
                id=f"city-{number}",
                name=place.name,
                region=region.name if region else None,
                federal_district=(region.district if region else DISTRICTS.get(place.region)) or None,
                country=place.country or None,
                geoname_id=place.geoname_id,
                latitude=place.latitude,
                longitude=place.longitude,
                population=place.population or None,
                mentions=_mentions(page, hits),
            )
        )
    return rows


# the cities that are subjects of the federation themselves
DISTRICTS = {
    "RU-MOW": "Центральный федеральный округ",
    "RU-SPE": "Северо-Западный федеральный округ",
    "RU-SEV": "Южный федеральный округ",
}


def _region_rows(page: Page, hits: Sequence[Hit[RegionEntry]], support: Support) -> list[Region]:
    chosen = [(max(hit.options, key=lambda entry: support.regions[entry.code]), hit) for hit in hits]
    return [
        Region(
            id=f"region-{number}",
            name=entry.name,
            code=entry.code or None,
            kind=entry.kind,
            mentions=_mentions(page, found),
        )
        for number, (entry, found) in enumerate(_grouped(chosen), start=1)
    ]


def _country_rows(page: Page, hits: Sequence[Hit[CountryEntry]]) -> list[Country]:
    return [
        Country(id=f"country-{number}", name=entry.name, code=entry.code, mentions=_mentions(page, found))
        for number, (entry, found) in enumerate(_grouped((hit.options[0], hit) for hit in hits), start=1)
    ]


def _grouped(pairs: Iterable[tuple[Key, Hit[Key]]]) -> list[tuple[Key, list[Hit[Key]]]]:
    """Group hits by what they name, in order of first mention."""
    groups: dict[Key, list[Hit[Key]]] = {}
    for key, hit in pairs:
        groups.setdefault(key, []).append(hit)
    return list(groups.items())


def _mentions(page: Page, hits: Sequence[Hit[Key]]) -> tuple[PlaceSpan, ...]:
    return tuple(
        PlaceSpan(
            start=page.starts[hit.first],
            end=page.ends[hit.last - 1],
            text=page.span_text(hit.first, hit.last),
            rule=hit.rule,
            form=hit.form,
        )
        for hit in hits
    )
