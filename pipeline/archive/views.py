"""The questions that can be asked, as pieces of SQL: what a row is, its columns, how it is sorted and filtered.

Each question has three parts. ``plain`` lists all its rows by key with what they can be sorted by; ``filtered``
does the same for the articles that count (the table ``hits``: article, n); ``outer`` joins what is shown,
for the rows chosen only. Where rows are many to an article (topics, facts), ``filtered`` looks for the rows and
checks their articles instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pipeline.archive.filters import ARTICLE_FILTERS

Type = Literal["id", "text", "number", "day", "list"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer. A list is texts joined by «; »."""

    name: str
    sql: str
    meaning: str
    type: Type = "text"
    brief: bool = True  # shown in a table of the terminal


@dataclass(frozen=True, slots=True)
class View:
    """A question; see the module."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    plain: str
    filtered: str
    group: str
    outer: str
    sorts: dict[str, str]  # the first is the usual one
    evidence: str  # article, start, stop of the rows of one key, with {condition} on h.article
    own: dict[str, str] = field(default_factory=dict)  # filters on rows: condition with {marks}
    once: str = ""  # ``filtered`` where each article counts once, with {index}: counted, or often
    direct: bool = False  # rows are sought first: ``filtered`` has {articles}, conditions on the article of x
    allowed: frozenset[str] = ARTICLE_FILTERS


OFTEN = 20  # articles of an entity from which on its rows are marked: large answers are counted from these alone

_PLACE = (
    Column("article", "a.id", "id of the article", "id"),
    Column("article_title", "a.title", "its headline", brief=False),
    Column("start", "x.start", "offset of the evidence in its text, code points", "number", brief=False),
    Column("stop", "x.stop", "end of the evidence, exclusive", "number", brief=False),
)
_EVENT_IDS = (
    Column("event_id", "e.id", "id of the event", "id", brief=False),
    Column("city_id", "city.id", "id of the city", "id", brief=False),
)
_COUNTS = (
    Column("articles", "c.articles", "articles that name it, of those that count", "number"),
    Column("mentions", "c.mentions", "mentions in them", "number", brief=False),
    Column("first_day", "c.first_day", "day of the earliest of these articles", "day"),
    Column("last_day", "c.last_day", "day of the latest", "day"),
)
_SORTS = {
    "articles": "articles DESC, mentions DESC, key",
    "mentions": "mentions DESC, key",
    "first_day": "first_day, key",
    "last_day": "last_day DESC, key",
}


def _entity(table: str, column: str) -> dict[str, Any]:
    """The pieces that people, organisations and cities have in common."""
    rows = f"article_{table}"
    return {
        "plain": f"""SELECT {column} AS key, articles, mentions, first_day, last_day FROM {table} AS e
            WHERE {{rows}}""",
        "filtered": f"""SELECT r.{column} AS key, sum(h.n * (1 - r.again)) AS articles,
            sum(r.mentions * h.n) AS mentions, min(r.published) AS first_day, max(r.published) AS last_day
            FROM hits AS h CROSS JOIN {rows} AS r USING (article) WHERE {{rows}}""",
        "once": f"""SELECT r.{column} AS key, sum(1 - r.again) AS articles, sum(r.mentions) AS mentions,
            min(r.published) AS first_day, max(r.published) AS last_day FROM {rows} AS r INDEXED BY {rows}_{{index}}
            WHERE r.article IN (SELECT article FROM hits) AND {{rows}}""",
        "group": f"GROUP BY r.{column}",
        "evidence": f"""SELECT r.article, r.start, r.stop FROM {rows} AS r JOIN articles AS h USING (article)
            WHERE r.{column} = ? AND {{condition}} ORDER BY h.day DESC, r.article DESC""",
    }


PEOPLE = View(
    name="people",
    meaning="People of the articles that count; with --speaking those who spoke at a session on --text.",
    columns=(
        Column("id", "p.id", "the person", "id", brief=False),
        Column("name", "p.name", "the fullest form of the name"),
        Column("post", "p.post", "the latest post that the archive gives, with its organisation"),
        *_COUNTS,
        Column("sessions", "p.sessions", "sessions spoken at, in the whole archive", "number", brief=False),
        Column("quotes", "p.quotes", "words quoted, in the whole archive", "number", brief=False),
        Column("statements", "p.statements", "words reported, in the whole archive", "number", brief=False),
    ),
    outer="JOIN people AS p ON p.person = c.key",
    sorts=_SORTS | {"name": "(SELECT name FROM people WHERE person = key), key"},
    own={"person": "person IN ({marks})"},
    allowed=ARTICLE_FILTERS | {"speaking"},
    **_entity("people", "person"),
)

SPEAKERS = View(
    name="people",
    meaning=PEOPLE.meaning,
    columns=(
        *PEOPLE.columns[:3],
        Column("articles", "c.articles", "articles with such sessions", "number"),
        Column("mentions", "c.mentions", "such sessions spoken at", "number"),
        *PEOPLE.columns[5:],
    ),
    plain="",
    filtered="""SELECT s.person AS key, count(DISTINCT x.article) AS articles, count(DISTINCT x.topic) AS mentions,
        min(x.published) AS first_day, max(x.published) AS last_day
        FROM topics AS x JOIN topic_speakers AS s USING (topic) WHERE {articles} AND {rows}""",
    direct=True,
    group="GROUP BY s.person",
    outer=PEOPLE.outer,
    sorts=PEOPLE.sorts,
    evidence="""SELECT t.article, t.start, t.stop FROM topics AS t JOIN topic_speakers AS s USING (topic)
        JOIN articles AS h ON h.article = t.article WHERE s.person = ? AND {condition}
        ORDER BY h.day DESC, t.topic""",
    own={"person": "s.person IN ({marks})", "text": "x.topic"},
    allowed=PEOPLE.allowed,
)

ORGANISATIONS = View(
    name="organisations",
    meaning="Organisations and official bodies of the articles that count.",
    columns=(
        Column("id", "o.id", "the organisation", "id", brief=False),
        Column("name", "o.name", "the fullest usual form of the name"),
        Column(
            "kind",
            "o.kind",
            "ngo, government, business, education, media, culture, religious, international or other",
        ),
        Column("city", "city.name", "where most articles place it"),
        Column("city_id", "city.id", "id of the city", "id", brief=False),
        *_COUNTS,
    ),
    outer="JOIN organisations AS o ON o.organisation = c.key LEFT JOIN cities AS city ON city.city = o.city",
    sorts=_SORTS | {"name": "(SELECT name FROM organisations WHERE organisation = key), key"},
    own={
        "organisation": "organisation IN ({marks})",
        "kind": "organisation IN (SELECT organisation FROM organisations WHERE kind IN ({marks}))",
    },
    allowed=ARTICLE_FILTERS | {"kind"},
    **_entity("organisations", "organisation"),
)

CITIES = View(
    name="cities",
    meaning="Cities of the articles that count.",
    columns=(
        Column("id", "city.id", "the city", "id", brief=False),
        Column("name", "city.name", "its name"),
        Column("region", "region.name", "official name of its region"),
        Column("country", "city.country", "ISO 3166-1 alpha-2"),
        Column("latitude", "city.latitude", "degrees", "number", brief=False),
        Column("longitude", "city.longitude", "degrees", "number", brief=False),
        Column("population", "city.population", "inhabitants, by GeoNames", "number"),
        *_COUNTS,
    ),
    outer="JOIN cities AS city ON city.city = c.key LEFT JOIN regions AS region ON region.region = city.region",
    sorts=_SORTS | {"name": "(SELECT name FROM cities WHERE city = key), key"},
    own={"city": "city IN ({marks})", "region": "+city IN (SELECT city FROM cities WHERE region IN ({marks}))"},
    **_entity("cities", "city"),
)

SPEAKERS_SQL = """(SELECT group_concat(what, '; ') FROM (SELECT {} AS what FROM topic_speakers AS s
  JOIN people AS p USING (person) WHERE s.topic = x.topic ORDER BY s.person_row))"""
EVENT_JOINS = """LEFT JOIN article_events AS ae ON ae.article = x.article AND ae.row = x.event_row
  LEFT JOIN events AS e USING (event) LEFT JOIN cities AS city ON city.city = e.city"""
# The event of a row, where it is known to be elsewhere, is not in the city or region that is asked for.
EVENT_CITY = """coalesce((SELECT e.city FROM article_events AS ae JOIN events AS e USING (event)
  WHERE ae.article = x.article AND ae.row = x.event_row) IN ({cities}), true)"""

TOPICS = View(
    name="topics",
    meaning="What was discussed at sessions, lectures, round tables, and who spoke; --text looks into the topics.",
    columns=(
        Column("title", "x.title", "the topic"),
        Column("kind", "x.kind", "what the session is called: круглый стол, лекция"),
        Column("speakers", SPEAKERS_SQL.format("replace(p.name, ';', ',')"), "who spoke, led or moderated", "list"),
        Column("event", "e.name", "the event that it was part of"),
        Column("city", "city.name", "where the event was held"),
        *_EVENT_IDS,
        Column("speaker_ids", SPEAKERS_SQL.format("p.id"), "ids of the speakers", "list", brief=False),
        Column("day", "a.day", "day of the article", "day"),
        *_PLACE,
    ),
    plain="SELECT x.topic AS key, x.published AS day, x.title FROM topics AS x WHERE {rows}",
    filtered="""SELECT x.topic AS key, x.published AS day, x.title FROM topics AS x
        WHERE {articles} AND {rows}""",
    direct=True,
    group="",
    outer=f"JOIN topics AS x ON x.topic = c.key JOIN articles AS a USING (article) {EVENT_JOINS}",
    sorts={"day": "day DESC, key DESC", "title": "title, key"},
    evidence="SELECT x.article, x.start, x.stop FROM topics AS x WHERE x.topic = ?",
    own={
        "text": "x.topic",
        "kind": "x.kind IN ({marks})",
        "person": "x.topic IN (SELECT topic FROM topic_speakers WHERE person IN ({marks}))",
        "place": EVENT_CITY,
    },
    allowed=ARTICLE_FILTERS | {"kind"},
)

# Words for people who came, as the predicates of facts are given; units of those who did.
CAME = (
    "'быть', 'зарегистрироваться', 'записаться', 'побывать', 'подключиться', 'посетить', 'прибыть', 'приехать',"
    " 'прийти', 'принять', 'присоединиться', 'пройти', 'собрать', 'собраться', 'съехаться', 'участвовать'"
)
COMERS = "'участник', 'участница', 'гость', 'слушатель', 'посетитель', 'зритель'"
CAME_TO_IT = f"x.kind = 'count' AND (x.predicate IN ({CAME}) OR x.unit IN ({COMERS}))"  # see facts_of_comers
FACT_ROWS = f"""SELECT x.fact AS key, x.published AS day, x.value, x.unit,
        {CAME_TO_IT} AS came FROM facts AS x"""

FACTS = View(
    name="facts",
    meaning="Numbers and what they count.",
    columns=(
        Column("text", "x.text", "the fact as the article has it"),
        Column("kind", "x.kind", "count, money, percent, duration, measure, age, rank"),
        Column("min", "x.min", "the least it can be; empty where open", "number", brief=False),
        Column("max", "x.max", "the most it can be; empty where open", "number", brief=False),
        Column(
            "modifier", "x.modifier", "more_than, at_least, less_than, up_to, about, almost, range", brief=False
        ),
        Column("unit", "x.unit", "what is counted, nominative singular; the currency; %"),
        Column("subject", "x.subject", "what the number is about, where the text says"),
        Column("predicate", "x.predicate", "what is said of it", brief=False),
        Column("event", "e.name", "the event"),
        Column("city", "city.name", "where the event was held"),
        *_EVENT_IDS,
        Column("day", "a.day", "day of the article", "day"),
        *_PLACE,
    ),
    plain=f"{FACT_ROWS} WHERE {{rows}}",
    filtered=f"{FACT_ROWS} WHERE {{articles}} AND {{rows}}",
    direct=True,
    group="",
    outer=f"JOIN facts AS x ON x.fact = c.key JOIN articles AS a USING (article) {EVENT_JOINS}",
    sorts={
        "day": "day DESC, key DESC",
        "value": "value DESC, key DESC",
        "least": "value, key",
        "turnout": "came DESC, value DESC, key DESC",
        "unit": "unit, value DESC, key",
    },
    evidence="SELECT x.article, x.start, x.stop FROM facts AS x WHERE x.fact = ?",
    own={
        "kind": "x.kind IN ({marks})",
        "unit": "x.unit IN ({marks})",
        "min": "x.value >= {marks}",
        "max": "x.value <= {marks}",
        "place": EVENT_CITY,
    },
    allowed=ARTICLE_FILTERS | {"kind", "unit", "min", "max"},
)

EVENTS = View(
    name="events",
    meaning="Forums, contests, actions, schools and when and where they were held.",
    columns=(
        Column("id", "e.id", "the event", "id", brief=False),
        Column("name", "e.name", "its name"),
        Column("kind", "e.kind", "форум, конкурс, акция"),
        Column("first_day", "e.first_day", "when it began", "day"),
        Column("last_day", "e.last_day", "when it ended", "day"),
        Column("city", "city.name", "where it was held"),
        Column("city_id", "city.id", "id of the city", "id", brief=False),
        Column(
            "organisers",
            """(SELECT group_concat(name, '; ') FROM (SELECT DISTINCT o.name FROM article_events AS ae
              JOIN event_organisers AS eo ON eo.article = ae.article AND eo.event_row = ae.row
              JOIN article_organisations AS ao ON ao.article = ae.article AND ao.row = eo.organisation_row
              JOIN organisations AS o USING (organisation) WHERE ae.event = c.key))""",
            "who held it",
            "list",
        ),
        Column("sessions", "e.sessions", "sessions whose topics are known", "number"),
        Column("articles", "c.articles", "articles that name it, of those that count", "number"),
    ),
    plain="SELECT e.event AS key, e.articles, e.sessions, e.first_day FROM events AS e WHERE {rows}",
    filtered="""SELECT x.event AS key, sum(h.n * (1 - x.again)) AS articles, e.sessions, e.first_day
        FROM hits AS h CROSS JOIN article_events AS x USING (article) CROSS JOIN events AS e USING (event)
        WHERE {rows}""",
    group="GROUP BY x.event",
    outer="JOIN events AS e ON e.event = c.key LEFT JOIN cities AS city ON city.city = e.city",
    sorts={
        "first_day": "first_day DESC, key",
        "articles": "articles DESC, key",
        "sessions": "sessions DESC, key",
        "name": "(SELECT name FROM events WHERE event = key), key",
    },
    evidence="""SELECT r.article, r.start, r.stop FROM article_events AS r JOIN articles AS h USING (article)
        WHERE r.event = ? AND {condition} ORDER BY h.day DESC, r.article DESC""",
    own={
        "kind": "e.kind IN ({marks})",
        "place": "(e.city IS NULL OR e.city IN ({cities}))",
    },
    allowed=ARTICLE_FILTERS | {"kind"},
)

ARTICLES = View(
    name="articles",
    meaning="The articles that count.",
    columns=(
        Column("id", "x.id", "the article", "id"),
        Column("title", "x.title", "its headline, else its first line"),
        Column("day", "x.day", "day of publication", "day"),
        Column("theme", "x.theme", "its likeliest theme"),
        Column("url", "x.url", "where it was published", brief=False),
        Column("path", "x.path", "the file that it was read from", brief=False),
        Column("reprints", "x.reprints", "how many copies of it there are", "number"),
    ),
    plain="SELECT article AS key, day, title, reprints, 0 AS place FROM articles AS x",
    filtered="""SELECT x.article AS key, x.day, x.title, x.reprints,
        (SELECT place FROM ranked WHERE ranked.article = x.article) AS place
        FROM hits JOIN articles AS x USING (article)""",
    group="",
    outer="JOIN articles AS x ON x.article = c.key",
    sorts={
        "day": "day DESC, key DESC",
        "title": "title, key",
        "reprints": "reprints DESC, key",
        "rank": "place, day DESC, key",
    },
    evidence="SELECT x.article, 0 AS start, 0 AS stop FROM articles AS x WHERE x.article = ?",
)

VIEWS = {view.name: view for view in (PEOPLE, ORGANISATIONS, CITIES, TOPICS, FACTS, EVENTS, ARTICLES)}

# What lists are narrowed by: the filter that a value sets, and the value of a row ``x``.
FACETS: dict[str, dict[str, str]] = {
    "articles": {"since": "substr(x.day, 1, 4)", "theme": "x.theme"},
    "organisations": {"kind": "x.kind"},
    "events": {"kind": "x.kind"},
    "topics": {"kind": "x.kind", "since": "substr(x.published, 1, 4)"},
    "facts": {"kind": "x.kind", "unit": "x.unit", "since": "substr(x.published, 1, 4)"},
}
