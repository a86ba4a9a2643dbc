"""Who and what stands in the same articles.

Without a person, organisation or city asked for: all pairs of people and organisations (of those with two
articles in common at least, counted when the index was built, unless other filters are set). With one: that
entity and everybody who is in articles with it.
"""

from __future__ import annotations

import sqlite3

from pipeline.archive.filters import ARTICLE_FILTERS, FilterError, Filters, Sql, hits, numbers
from pipeline.archive.tables import TABLES, rows_of
from pipeline.archive.views import OFTEN, Column

TOGETHER_COLUMNS = (
    Column("kind", "kind", "person, organisation or city"),
    Column("id", "id", "one of them", "id", brief=False),
    Column("name", "name", "its name"),
    Column("other_kind", "other_kind", "person or organisation"),
    Column("other_id", "other_id", "the other one", "id", brief=False),
    Column("other_name", "other_name", "its name"),
    Column("articles", "articles", "articles that name both", "number"),
    Column("first_day", "first_day", "day of the earliest of these", "day"),
    Column("last_day", "last_day", "day of the latest", "day"),
)
TOGETHER_SORTS = {
    "articles": "articles DESC, last_day DESC, kind DESC, entity, other_kind DESC, other",
    "last_day": "last_day DESC, articles DESC, kind DESC, entity, other_kind DESC, other",
    "name": "name, other_name, id, other_id",
}
PERSON = 1 << 40
MANY = f"HAVING articles >= {OFTEN}"
OTHERS = ("person", "organisation")


def together_sql(db: sqlite3.Connection, filters: Filters, *, often: bool = False) -> Sql:
    """Return the query of the pairs that the filters mean, by number: kind, entity, other_kind, other, counts.

    Args:
        often: look only at others that are in many articles.
    """
    misplaced = filters.given() - ARTICLE_FILTERS
    if misplaced:
        raise FilterError(f"together: --{min(misplaced)} has no meaning here")
    chosen = [
        (kind, number) for kind in ("person", "organisation", "city") for number in numbers(db, filters, kind)
    ]
    if len(chosen) == 1 and len(filters.given()) == 1 and only_frequent(db, chosen[0][0], [chosen[0][1]]):
        return _with_frequent(*chosen[0])
    counted = hits(db, filters)
    if chosen:
        return _with_one(chosen, counted or ("", []), often)
    if counted is None:
        return "SELECT * FROM pairs", []
    return _with_all(counted, often)


def _with_all(counted: Sql, often: bool) -> Sql:
    """Pair all people and organisations of the articles that count; a code is a number and a bit for the kind."""
    index, which, least = ("often", "o.often AND", OFTEN) if often else ("counted", "", 2)
    of_hits = " UNION ALL ".join(
        f"""SELECT article, {kind} | {PERSON if kind == "person" else 0} AS code, published
        FROM {rows_of(kind)} AS o INDEXED BY {rows_of(kind)}_{index}
        WHERE {which} NOT o.again AND o.article IN (SELECT article FROM h)"""
        for kind in OTHERS
    )
    kinds = [f"CASE WHEN {side} >= {PERSON} THEN 'person' ELSE 'organisation' END" for side in ("one", "two")]
    sql = f"""WITH h AS MATERIALIZED ({counted[0]}), of_hits AS MATERIALIZED ({of_hits})
        SELECT {kinds[0]} AS kind, one & {PERSON - 1} AS entity,
        {kinds[1]} AS other_kind, two & {PERSON - 1} AS other, articles, first_day, last_day FROM (
          SELECT a.code AS one, b.code AS two, count(*) AS articles, min(a.published) AS first_day,
            max(a.published) AS last_day
          FROM of_hits AS a JOIN of_hits AS b ON a.article = b.article AND a.code < b.code
          GROUP BY a.code, b.code HAVING count(*) >= {least}
        )"""
    return sql, counted[1]


def sorted_pairs(pairs: str, sort: str) -> str:
    """Return the query of a part of some pairs with ids and names; ends in what takes two values, limit and offset.

    Names are looked up for the part alone, unless it is by them that pairs are sorted.
    """
    order = TOGETHER_SORTS[sort]
    if sort == "name":
        return f"{_named(pairs)} ORDER BY {order} LIMIT ? OFFSET ?"
    part = f"SELECT * FROM ({pairs}) ORDER BY {order} LIMIT ? OFFSET ?"
    return f"{_named(part)} ORDER BY {', '.join(f'x.{key}' for key in order.split(', '))}"


def _named(pairs: str) -> str:
    """Give the entities of pairs their ids and names."""
    columns = ["x.kind", "x.other_kind", "x.articles", "x.first_day", "x.last_day"]
    for side, prefix in (("x.entity", ""), ("x.other", "other_")):
        for what in ("id", "name"):
            cases = " ".join(
                f"WHEN '{kind}' THEN (SELECT {what} FROM {table} WHERE {kind} = {side})"
                for kind, table in TABLES.items()
            )
            columns.append(f"CASE x.{prefix}kind {cases} END AS {prefix}{what}")
    return f"SELECT {', '.join(columns)} FROM ({pairs}) AS x"


def _with_one(chosen: list[tuple[str, int]], counted: Sql, often: bool) -> Sql:
    """Pair each of the entities asked for with all others of its articles."""
    kinds = [kind for kind, _ in chosen]
    parts: list[str] = []
    values: list[object] = []
    for kind, number in chosen:
        for other in OTHERS:
            rows = rows_of(other)
            mine, own = "SELECT article FROM h", list[object]()
            if kinds.count(kind) > 1:  # else all articles that count are of that one
                mine = f"""SELECT h.article FROM h CROSS JOIN {rows_of(kind)} AS r USING (article)
                WHERE NOT r.again AND r.{kind} = ?"""
                own = [number]
            index, which, having = f"{rows}_counted", "NOT o.again", ""
            if often:
                index, which, having = f"{rows}_often", f"o.often AND {which}", MANY
            if kind == other:
                which, own = f"{which} AND o.{other} != ?", [*own, number]
            parts.append(
                f"""SELECT '{kind}' AS kind, ? AS entity, '{other}' AS other_kind, o.{other} AS other,
                count(*) AS articles, min(o.published) AS first_day, max(o.published) AS last_day
                FROM {rows} AS o INDEXED BY {index}
                WHERE o.article IN ({mine}) AND {which} GROUP BY o.{other} {having}"""
            )
            values += [number, *own]
    return f"WITH h AS MATERIALIZED ({counted[0]}) {' UNION ALL '.join(parts)}", [*counted[1], *values]


def _with_frequent(kind: str, number: int) -> Sql:
    """Pair an entity whose neighbours were counted when the index was built."""
    return (
        """SELECT kind, entity, other_kind, other, articles, first_day, last_day FROM neighbours
        WHERE kind = ? AND entity = ? AND other_kind IN ('person', 'organisation')
        AND (kind, entity) != (other_kind, other)""",
        [kind, number],
    )


def only_frequent(db: sqlite3.Connection, kind: str, chosen: list[int]) -> int | None:
    """Return the entity asked for, if it is one and its neighbours were counted when the index was built."""
    if len(chosen) != 1:
        return None
    known = db.execute("SELECT 1 FROM neighbours WHERE kind = ? AND entity = ? LIMIT 1", (kind, chosen[0]))
    return chosen[0] if known.fetchone() else None
