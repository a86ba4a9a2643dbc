"""The addresses of the pages: each is read, answered from the index in Datasette's threads, and written.

An answer is kept while the index stays as it is: the second reader of a page does not wait for it.
"""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import Response

from pipeline.archive import query
from pipeline.archive.database import ArchiveError, time_limit
from pipeline.archive.filters import FilterError
from pipeline.archive.lookup import NotFoundError
from pipeline.archive.output import write_csv
from pipeline.archive.web.answers import search_context
from pipeline.archive.web.entity_pages import entity_context
from pipeline.archive.web.links import AskedError, list_url, read_asked
from pipeline.archive.web.lists import LISTS, list_context
from pipeline.archive.web.pages import article_context, start_context
from pipeline.archive.web.russian import FACT_KINDS, ORGANISATION_KINDS
from pipeline.errors import LetopisError

DATABASE = "archive"
SECONDS = 5.0  # for what a page asks
MOST_ROWS = 100_000  # of a CSV or JSON file
KEPT = 200  # answers
KINDS = {
    "person": "человек",
    "organisation": "организация",
    "city": "город",
    "region": "регион",
    "event": "событие",
}

Context = dict[str, Any]
Ask = Callable[[sqlite3.Connection], Any]


class _Kept:
    """The latest answers, by address; forgotten when the index changes."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Response] = OrderedDict()
        self._state: object = None

    def get(self, state: object, address: str) -> Response | None:
        if state != self._state:
            self._answers.clear()
            self._state = state
        return self._answers.get(address)

    def put(self, address: str, answer: Response) -> None:
        self._answers[address] = answer
        while len(self._answers) > KEPT:
            self._answers.popitem(last=False)


async def _asked(datasette: Any, ask: Ask) -> Any:
    """Ask the index in one of Datasette's threads, with a limit of time."""

    def limited(db: sqlite3.Connection) -> Any:
        with time_limit(db, SECONDS):
            return ask(db)

    return await datasette.get_database(DATABASE).execute_fn(limited)


def _state(datasette: Any) -> object:
    """Return what changes when the index does."""
    path = Path(datasette.get_database(DATABASE).path)
    files = [path, path.with_name(path.name + "-wal")]
    return [(file.stat().st_mtime_ns, file.stat().st_size) if file.exists() else None for file in files]


def page(template: str, make: Callable[[Any], Ask], *, title: str) -> Callable[..., Any]:
    """Return the handler of a page: ``make`` turns a request into what is asked of the index."""

    async def handler(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response.text("Method not allowed", status=405)
        kept = _kept(datasette)
        address = request.full_path
        answer = kept.get(_state(datasette), address)
        if answer is None:
            status, name, context = await _context(datasette, request, template, make, title)
            html = await datasette.render_template(f"letopis_{name}.html", context, request=request)
            answer = Response.html(html, status=status, headers={"x-letopis-page": "1"})
            if status == 200:
                kept.put(address, answer)
        return answer

    return handler


def _kept(datasette: Any) -> _Kept:
    kept: _Kept = datasette.__dict__.setdefault("_letopis_kept", _Kept())
    return kept


async def _context(
    datasette: Any, request: Any, template: str, make: Callable[[Any], Ask], title: str
) -> tuple[int, str, Context]:
    """Return the status, the template and what it shows; what went wrong is said in words."""
    common = {"title": title, "values": _values(request), "choices": await _asked(datasette, _choices)}
    try:
        context = await _asked(datasette, make(request))
    except (FilterError, NotFoundError, ArchiveError) as error:
        return 400, "message", common | {"heading": "Не получилось", "message": _explain(error)}
    if context is None:
        text = "Такой страницы нет: может быть, статья или запись ушла из архива. Попробуйте найти её."
        return 404, "message", common | {"heading": "Не нашлось", "message": text}
    return 200, template, common | context


def _values(request: Any) -> dict[str, str]:
    return {key: request.args[key][:300] for key in request.args}


def _explain(error: LetopisError) -> str:
    if isinstance(error, AskedError):
        return str(error)
    if isinstance(error, NotFoundError):
        near = f" Похожие: {', '.join(error.near)}." if error.near else ""
        return f"В архиве нет такого имени ({KINDS[error.kind]}): «{error.typed}».{near}"
    if isinstance(error, ArchiveError):
        return "Запрос слишком долгий. Сузьте его: добавьте годы, регион или слова."
    return "Так спросить нельзя: такого направления, порядка или условия здесь нет."


def _choices(db: sqlite3.Connection) -> Context:
    """Return what the fields of forms offer."""
    regions = [
        (name, kind, n)
        for name, kind, n in db.execute("SELECT name, kind, articles FROM regions WHERE articles ORDER BY name")
    ]
    large = {"macroregion": "Большие края", "federal_district": "Федеральные округа"}
    groups = [
        (heading, [(name, n) for name, kind, n in regions if kind == wanted]) for wanted, heading in large.items()
    ]
    rest = [(name, n) for name, kind, n in regions if kind not in large]
    themes = db.execute(
        "SELECT theme, count(*) FROM articles WHERE theme IS NOT NULL GROUP BY theme ORDER BY theme"
    )
    return {
        "regions": [*groups, ("Регионы", rest)],
        "themes": [tuple(row) for row in themes],
        "fact_kinds": FACT_KINDS,
        "organisation_kinds": ORGANISATION_KINDS,
    }


# -- what each address asks ----------------------------------------------------------------------------------------


def _id(request: Any) -> str:
    return unquote(request.url_vars["id"])


def _start(request: Any) -> Ask:
    return start_context


def _search(request: Any) -> Ask:
    asked = read_asked(_values(request))
    return lambda db: search_context(db, asked)


def _article(request: Any) -> Ask:
    return lambda db: article_context(db, _id(request))


def _entity(kind: str) -> Callable[[Any], Ask]:
    return lambda request: lambda db: entity_context(db, kind, _id(request))


def _list(name: str) -> Callable[[Any], Ask]:
    def make(request: Any) -> Ask:
        asked = read_asked(_values(request))
        return lambda db: list_context(db, LISTS[name], asked)

    return make


def _about(request: Any) -> Ask:
    return lambda db: {}


def data(name: str, suffix: str) -> Callable[..., Any]:
    """Return the handler that gives a list as JSON or CSV, with the filters of its page."""

    async def handler(datasette: Any, request: Any) -> Response:
        try:
            asked = read_asked(_values(request))
            limit, offset = _window(request, suffix)
            answer = await _asked(
                datasette,
                lambda db: query.ask(db, name, asked.filters, sort=asked.sort, limit=limit, offset=offset),
            )
        except LetopisError as error:
            return _json({"ok": False, "error": str(error)}, 400)
        if suffix == ".csv":
            return _csv(name, answer)
        following = offset + limit if len(answer.rows) == limit else None
        link = list_url(name, suffix, **_values(request) | {"offset": following}) if following else None
        columns = {column.name: column.meaning for column in answer.columns}
        return _json({"ok": True, "columns": columns, "rows": answer.dicts(), "next": link})

    return handler


def _window(request: Any, suffix: str) -> tuple[int, int]:
    """Return how many rows are asked for, and from which on."""
    numbers = []
    for key, usual in (("limit", MOST_ROWS if suffix == ".csv" else 1000), ("offset", 0)):
        text = request.args.get(key, "")
        numbers.append(int(text) if re.fullmatch(r"[0-9]{1,9}", text) else usual)
    return max(1, min(numbers[0], MOST_ROWS)), numbers[1]


def _json(value: Context, status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False)
    return Response(
        body, status=status, headers={"x-letopis-page": "1"}, content_type="application/json; charset=utf-8"
    )


def _csv(name: str, answer: query.Answer) -> Response:
    stream = io.StringIO()
    stream.write("\ufeff")  # so that spreadsheets read it as UTF-8
    write_csv(stream, [column.name for column in answer.columns], answer.rows)
    headers = {"x-letopis-page": "1", "content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(stream.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", page("start", _start, title="Летопись")),
    (r"^/search$", page("search", _search, title="Поиск")),
    (r"^/about$", page("about", _about, title="Как читать")),
    (r"^/article/(?P<id>[^/]+)$", page("article", _article, title="Статья")),
    *(
        (rf"^/{kind}/(?P<id>[^/]+)$", page(kind, _entity(kind), title=title))
        for kind, title in (
            ("person", "Человек"), ("organisation", "Организация"), ("city", "Город"), ("event", "Событие")
        )
    ),
    *((rf"^/{name}$", page("list", _list(name), title=LISTS[name].title)) for name in LISTS),
    *(
        (rf"^/{name}{re.escape(suffix)}$", data(name, suffix))
        for name in LISTS
        for suffix in (".json", ".csv")
    ),
]  # fmt: skip
