"""An index in Python: the questions of ``letopis query`` as methods that return pandas DataFrames.

>>> archive = Archive("archive.db")                                   # doctest: +SKIP
>>> archive.topics(text="добровольчество", region="Сибирь")           # doctest: +SKIP
>>> archive.facts(kind="count", unit="участник", min=100)["max"].describe()   # doctest: +SKIP

The columns of every answer, with their types and units, are in ``Archive.columns(question)``. Columns of days
are ``datetime64``; numbers are ``Int64`` or ``float64``, with ``NA`` where an article does not say; everything
else is text, lists joined by «; ».
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypedDict

from pipeline.archive.database import open_index, run_sql
from pipeline.archive.filters import Filters
from pipeline.archive.query import ALL, Answer, Evidence, ask, evidence
from pipeline.archive.rows import unpack
from pipeline.archive.together import TOGETHER_COLUMNS
from pipeline.archive.views import VIEWS, Column
from pipeline.errors import LetopisError
from pipeline.record import Record

if TYPE_CHECKING:
    import networkx
    import pandas

KEPT = 100  # answers that are kept, as long as the index stays as it is
WHOLE = frozenset(
    {"articles", "mentions", "sessions", "quotes", "statements", "reprints", "population", "start", "stop"}
)  # columns of whole numbers


class Filtering(TypedDict, total=False):
    """What every question can be narrowed by; see ``pipeline.archive.filters.Filters``."""

    person: str
    organisation: str
    city: str
    region: str
    since: str
    until: str
    text: str
    theme: str
    kind: str
    unit: str
    min: float
    max: float
    speaking: bool
    reprints: bool
    related: bool


class Archive:
    """An index opened for reading. Needs pandas (``pip install letopis[notebooks]``) for its tables.

    Every question takes the filters of ``Filtering`` by name, ``sort`` and ``limit`` (``None``: all rows).
    Raises ``LetopisError`` where there is no index, a filter has no meaning, or nobody bears a name.
    """

    def __init__(self, path: Path | str) -> None:
        self._db = open_index(path)
        self._state: int | None = None
        self._answers: dict[tuple[str, Filters, str | None, int], Answer] = {}

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the index."""
        self._db.close()

    @staticmethod
    def columns(question: str) -> dict[str, str]:
        """Return the columns of a question with their meaning."""
        return {column.name: column.meaning for column in _columns(question)}

    def people(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """People: id, name, post, articles, mentions, first_day, last_day, sessions, quotes, statements.

        With ``speaking=True`` those who spoke at a session on ``text``; ``mentions`` then counts the sessions.
        """
        return self._ask("people", sort, limit, filters)

    def organisations(
        self, *, sort: str | None = None, limit: int | None = None, **filters: Any
    ) -> pandas.DataFrame:
        """Organisations: id, name, kind, city, articles, mentions, first_day, last_day."""
        return self._ask("organisations", sort, limit, filters)

    def cities(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Cities: id, name, region, country, latitude, longitude (degrees), population, articles, mentions …"""
        return self._ask("cities", sort, limit, filters)

    def topics(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Topics of sessions: title, kind, speakers, event, city, day, article, article_title, start, stop."""
        return self._ask("topics", sort, limit, filters)

    def facts(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Numbers: text, kind, min, max (in ``unit``), modifier, unit, subject, predicate, event, city, day …"""
        return self._ask("facts", sort, limit, filters)

    def events(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Events: id, name, kind, first_day, last_day, city, organisers, sessions, articles."""
        return self._ask("events", sort, limit, filters)

    def articles(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Articles: id, title, day, theme, url, path, reprints."""
        return self._ask("articles", sort, limit, filters)

    def together(self, *, sort: str | None = None, limit: int | None = None, **filters: Any) -> pandas.DataFrame:
        """Who stands in the same articles: kind, id, name, other_kind, other_id, other_name, articles, days."""
        return self._ask("together", sort, limit, filters)

    def sql(self, statement: str, limit: int = 1_000_000) -> pandas.DataFrame:
        """Run a SELECT over the tables of SCHEMA.md."""
        import pandas

        names, rows = run_sql(self._db, statement, limit)
        return pandas.DataFrame([tuple(row) for row in rows], columns=names)

    def article(self, article_id: str) -> Record:
        """Return the record of an article; raises ``LetopisError`` where there is none with that id."""
        row = self._db.execute(
            "SELECT text, record FROM articles JOIN article_texts USING (article) WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            raise LetopisError(f"article «{article_id}»: none in this archive; ids are in Archive.articles()")
        return unpack(*row)

    def evidence(self, question: str, limit: int = 20, **filters: Any) -> list[list[Evidence]]:
        """Return where the articles say it, for each of the first ``limit`` rows of an answer."""
        wanted = Filters(**filters)
        answer = ask(self._db, question, wanted, limit=limit)
        return [evidence(self._db, question, wanted, key) for key in answer.keys]

    def graph(self, *, least: int = 2, **filters: Any) -> networkx.Graph:
        """Return who stands with whom as a graph.

        Args:
            least: pairs with fewer articles in common are left out.

        Nodes are ids with ``name`` and ``kind``; edges have ``articles`` and, as ``weight``, the same.
        Needs networkx (``pip install letopis[notebooks]``).
        """
        import networkx

        graph = networkx.Graph()
        for pair in ask(self._db, "together", Filters(**filters), limit=ALL).dicts():
            if pair["articles"] >= least:
                graph.add_node(pair["id"], name=pair["name"], kind=pair["kind"])
                graph.add_node(pair["other_id"], name=pair["other_name"], kind=pair["other_kind"])
                graph.add_edge(pair["id"], pair["other_id"], articles=pair["articles"], weight=pair["articles"])
        return graph

    def _ask(self, question: str, sort: str | None, limit: int | None, filters: dict[str, Any]) -> pandas.DataFrame:
        unknown = filters.keys() - Filtering.__annotations__.keys()
        if unknown:
            raise LetopisError(
                f"{question}: {min(unknown)}: no such filter; there are {', '.join(Filtering.__annotations__)}"
            )
        answer = self._answer(question, Filters(**filters), sort, ALL if limit is None else limit)
        return _frame(answer.columns, answer.rows)

    def _answer(self, question: str, filters: Filters, sort: str | None, limit: int) -> Answer:
        """Ask, or give the answer again that was given before, if the index has not changed since."""
        state = self._db.execute("PRAGMA data_version").fetchone()[0]
        if state != self._state:
            self._answers.clear()
            self._state = state
        key = (question, filters, sort, limit)
        if key not in self._answers:
            if len(self._answers) >= KEPT:
                self._answers.pop(next(iter(self._answers)))
            self._answers[key] = ask(self._db, question, filters, sort=sort, limit=limit)
        return self._answers[key]


def _columns(question: str) -> tuple[Column, ...]:
    return TOGETHER_COLUMNS if question == "together" else VIEWS[question].columns


def _frame(columns: tuple[Column, ...], rows: list[tuple[Any, ...]]) -> pandas.DataFrame:
    import pandas

    frame = pandas.DataFrame(rows, columns=[column.name for column in columns])
    for column in columns:
        if column.type == "day":
            frame[column.name] = pandas.to_datetime(frame[column.name], errors="coerce")
        elif column.type == "number":
            kind = "Int64" if column.name in WHOLE else "float64"
            frame[column.name] = pandas.to_numeric(frame[column.name]).astype(kind)
    return frame
