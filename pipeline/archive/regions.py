"""Which regions a place lies in: a region, its federal district, the macro-regions that hold them.

Томск lies in Томская область, that in Сибирский федеральный округ, and both in Сибирь and Западная Сибирь: an
article that names one of these is found under all that hold it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple


class RegionFacts(NamedTuple):
    """What is known of a region besides its name."""

    code: str | None = None
    kind: str | None = None
    district: str | None = None


@cache
def known_regions() -> dict[str, RegionFacts]:
    """Return the regions of Russia, federal districts and macro-regions by official name."""
    from pipeline.resources import read_table

    return {
        row["name"]: RegionFacts(row["code"] or None, row["kind"] or None, row["district"] or None)
        for row in read_table("regions.tsv")
    }


@cache
def _short_names() -> dict[str, str]:
    """Return official names by what stands before their dash: Кемеровская область (— Кузбасс)."""
    return {name.split(" — ")[0]: name for name in known_regions()}


def official(region: str) -> str:
    """Return the official name of a region: «Кемеровская область» → «Кемеровская область — Кузбасс»."""
    return region if region in known_regions() else _short_names().get(region, region)


@cache
def _holders() -> dict[str, tuple[str, ...]]:
    """Return the macro-regions by the name of what lies in them."""
    from pipeline.resources import read_table

    holders: dict[str, tuple[str, ...]] = {}
    for row in read_table("macroregions.tsv"):
        for part in row["parts"].split("; "):
            holders[part] = (*holders.get(part, ()), row["name"])
    return holders


@cache
def holders(region: str) -> tuple[str, ...]:
    """Return what a region lies in: «Томская область» → its federal district, Сибирь, Западная Сибирь."""
    district = known_regions().get(region, RegionFacts()).district
    parts = [region, *([district] if district else [])]
    return tuple(dict.fromkeys([*parts[1:], *(name for part in parts for name in _holders().get(part, ()))]))


def all_regions(names: Iterable[str | None]) -> set[str]:
    """Return the regions named and all that hold them."""
    named = {official(name) for name in names if name}
    return named | {holder for name in named for holder in holders(name)}
