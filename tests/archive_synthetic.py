"""Synthetic archives of any size, made of the gold articles and a seed.

Each article is one of the gold ones with other people, organisations, cities, days and numbers put into text
and rows; who appears follows Zipf's law, so that a few are in thousands of articles and most in a few.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.record import Record
from tests.archive_gold import gold_records

FIRST_DAY, DAYS = date(2012, 1, 1), 14 * 365
GIVEN = [
    "Анна", "Мария", "Ольга", "Елена", "Ирина", "Наталья", "Светлана", "Татьяна", "Юлия", "Екатерина", "Галина",
    "Вера", "Людмила", "Марина", "Дарья",
]  # fmt: skip
PATRONYMICS = [
    "Ивановна", "Петровна", "Сергеевна", "Андреевна", "Викторовна", "Олеговна", "Павловна", "Юрьевна",
    "Игоревна", "Львовна",
]  # fmt: skip
STEMS = [
    "Абрам", "Бел", "Волк", "Горш", "Дроб", "Егор", "Жук", "Зай", "Иван", "Котел", "Лоп", "Марк", "Ник", "Орл",
    "Пан", "Руд", "Сав", "Там", "Ушак", "Фил", "Хар", "Цар", "Чуд", "Шил", "Юр", "Яш",
]  # fmt: skip
MIDDLES = [
    "ан", "ен", "ин", "он", "ач", "ев", "ик", "ок", "ул", "ыш", "ар", "от", "ад", "ем", "ил", "ос", "ур", "аш",
    "ец", "ай",
]  # fmt: skip
KINDS = [
    "фонд", "центр", "ассоциация", "клуб", "движение", "студия", "союз", "школа", "приют", "община",
]  # fmt: skip
ADJECTIVES = [
    "Добрый", "Новый", "Тёплый", "Светлый", "Северный", "Южный", "Открытый", "Живой", "Общий", "Дальний",
    "Верный", "Чистый", "Большой", "Малый",
]  # fmt: skip
NOUNS = [
    "берег", "дом", "мост", "сад", "ветер", "причал", "родник", "круг", "город", "лес", "путь", "очаг", "парус",
    "маяк", "хлеб", "день", "свет", "шаг", "ключ", "двор",
]  # fmt: skip


def synthetic_records(count: int, seed: int = 1) -> Iterator[Record]:
    """Yield so many records; the same for the same count of gold articles and seed."""
    rng = random.Random(seed)
    bases = [record.to_dict() for record in gold_records()]
    world = _World(rng, count)
    for number in range(count):
        yield _article(rng, bases[number % len(bases)], world, number)


def other_records(numbers: Iterable[int], count: int, seed: int = 1) -> Iterator[Record]:
    """Yield other articles in the place of some of an archive, with others of the same people and organisations."""
    bases, world = [record.to_dict() for record in gold_records()], _World(random.Random(seed), count)
    rng = random.Random(f"{seed} again")
    for number in numbers:
        yield _article(rng, bases[(number + 7) % len(bases)], world, number)


def write_archive(folder: Path, count: int, seed: int = 1, shard: int = 5000) -> None:
    """Write a results folder of JSON Lines with so many records."""
    folder.mkdir(parents=True, exist_ok=True)
    stream = None
    for number, record in enumerate(synthetic_records(count, seed)):
        if number % shard == 0:
            if stream:
                stream.close()
            stream = (folder / f"part-{number // shard:06d}.jsonl").open("w", encoding="utf-8")
        assert stream is not None
        stream.write(record.to_json() + "\n")
    if stream:
        stream.close()


class _World:
    """Who and what may appear, the frequent ones first."""

    def __init__(self, rng: random.Random, articles: int) -> None:
        size = max(200, articles // 4)
        surnames = [f"{a}{b}{c}ва" for a in STEMS for b in MIDDLES for c in ("о", "е")]
        self.people = [(rng.choice(GIVEN), rng.choice(PATRONYMICS), rng.choice(surnames)) for _ in range(size)]
        self.organisations = [
            f"{rng.choice(KINDS)} «{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}{rng.choice(['', f' {i % 90}'])}»"
            for i in range(size // 2)
        ]
        self.cities = _cities()
        self._weights = {
            name: list(accumulate(1 / (i + 3) for i in range(len(getattr(self, name)))))
            for name in ("people", "organisations", "cities")
        }

    def draw(self, rng: random.Random, name: str) -> Any:
        """Draw by Zipf's law."""
        return rng.choices(getattr(self, name), cum_weights=self._weights[name])[0]


@cache
def _cities() -> list[dict[str, Any]]:
    from pipeline.gazetteer import read_table

    regions = {row["code"]: row for row in read_table("regions.tsv") if row["code"]}
    rows = [row for row in read_table("cities.tsv") if row["region"] in regions and row["geoname_id"]]
    rows.sort(key=lambda row: -int(row["population"] or 0))
    return [
        {
            "name": row["name"],
            "region": regions[row["region"]]["name"],
            "federal_district": regions[row["region"]]["district"],
            "country": "RU",
            "geoname_id": int(row["geoname_id"]),
            "latitude": float(row["latitude"]),
            "longitude": float(row["longitude"]),
            "population": int(row["population"] or 0),
        }
        for row in rows[:1500]
    ]


def _article(rng: random.Random, base: dict[str, Any], world: _World, number: int) -> Record:
    rows = {name: [dict(row) for row in base[name]] for name in ("people", "organisations", "cities")}
    changes: list[tuple[int, int, str]] = []
    for person in rows["people"]:
        given, patronymic, surname = world.draw(rng, "people")
        full = rng.random() < 0.5
        person |= {
            "given": given,
            "patronymic": patronymic if full else None,
            "surname": surname,
            "gender": "female",
        }
        person["name"] = " ".join(filter(None, [given, person["patronymic"], surname]))
        changes += [
            (m["start"], m["end"], person["name"] if i == 0 else surname) for i, m in enumerate(person["mentions"])
        ]
    for organisation in rows["organisations"]:
        organisation["name"] = world.draw(rng, "organisations")
        changes += [(m["start"], m["end"], organisation["name"]) for m in organisation["mentions"]]
    for city in rows["cities"]:
        city |= world.draw(rng, "cities")
        changes += [(m["start"], m["end"], city["name"]) for m in city["mentions"]]
    text, moved = _rewrite(base["text"], changes)
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    record = {
        **base,
        **rows,
        "id": f"synthetic-{number}",
        "text": text,
        "facts": [_scaled(rng, f) for f in base["facts"]],
    }
    record = _move(record, text, moved)
    record["source"] = {
        "path": f"synthetic/{number}.txt",
        "title": base["source"]["title"],
        "published": day.isoformat(),
    }
    return Record.model_validate(record)


def _scaled(rng: random.Random, fact: dict[str, Any]) -> dict[str, Any]:
    factor = rng.choice([0.5, 1, 1, 2, 3, 10])
    return fact | {key: None if fact[key] is None else fact[key] * factor for key in ("min", "max")}


def _rewrite(text: str, changes: list[tuple[int, int, str]]) -> tuple[str, Any]:
    """Put new words into a text; returns it, and a function from old to new offsets (``None`` inside a change)."""
    parts, new, last, starts, shifts = [], 0, 0, [0], [0]
    taken = []
    for start, end, words in sorted(changes):
        if start < last:
            continue
        parts += [text[last:start], words]
        new += start - last
        taken.append((start, end, new, new + len(words)))
        new += len(words)
        last = end
        starts.append(end)
        shifts.append(new - end)
    parts.append(text[last:])
    whole = {(start, end): (a, b) for start, end, a, b in taken}

    def moved(start: int, end: int) -> tuple[int, int] | None:
        if (start, end) in whole:
            return whole[start, end]
        shift = [shifts[bisect_right(starts, place) - 1] for place in (start, end)]
        inside = any(a < place < b for a, b, *_ in taken for place in (start, end))
        return (
            None
            if inside or any(a <= start and end <= b for a, b, *_ in taken)
            else (start + shift[0], end + shift[1])
        )

    return "".join(parts), moved


def _move(value: Any, text: str, moved: Any) -> Any:
    """Move every span of a record; a mention that a change has eaten is left out."""
    if isinstance(value, list):
        return [new for new in (_move(item, text, moved) for item in value) if new is not None]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("start"), int):
        place = moved(value["start"], value["end"])
        if place is None or place[0] >= place[1]:
            return None
        value = value | {"start": place[0], "end": place[1], "text": text[place[0] : place[1]]}
    return {key: _move(item, text, moved) for key, item in value.items()}


if __name__ == "__main__":
    import sys

    write_archive(Path(sys.argv[1]), int(sys.argv[2]))
