"""The pages: what they show, what they refuse, and how they behave in a real browser."""

# ruff: noqa: E501 (tables of texts)

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

pytest.importorskip("datasette")

from pipeline.archive.build import build_index
from pipeline.archive.database import open_index
from pipeline.archive.query import ask
from pipeline.archive.web.answers import search_context
from pipeline.archive.web.links import read_asked
from pipeline.archive.web.lists import LISTS
from pipeline.archive.web.maps import on_map, project
from pipeline.archive.web.markup import MarkSpan, mark_text
from pipeline.archive.web.russian import bounds, day, days, number, plural, short_number
from pipeline.archive.web.security import _SafeCsv
from pipeline.archive.web.server import make_datasette
from tests.archive_gold import gold_records
from tests.archive_hostile import HOSTILE
from tests.archive_records import record, write_records

SCRIPT = "<script>document.title='run'</script>"


class Site:
    """Datasette over an index, asked without a network."""

    def __init__(self, db: Path) -> None:
        self.db = db
        self.datasette = make_datasette(db)

    def get(self, path: str, **options: Any) -> Any:
        return asyncio.run(self.datasette.client.get(path, **options))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    strange = record(
        "strange",
        f"[Анна {SCRIPT}|people] открыла [форум|events:=форум]. [{SCRIPT}|organisations], [=Тема|session_topics]",
        published="2026-06-01",
        source={"title": f"=Заголовок {SCRIPT}", "url": "javascript:alert(1)"},
        speakers=[("=Тема", f"Анна {SCRIPT}")],
    )
    build_index(write_records(folder / "r", *gold_records(), strange), folder / "archive.db")
    return Site(folder / "archive.db")


def entity(site: Site, question: str, name: str) -> str:
    with open_index(site.db) as db:
        return next(row["id"] for row in ask(db, question, limit=-1).dicts() if row["name"] == name)


# -- small things -------------------------------------------------------------------------------------------------------


def test_russian_of_numbers_and_days() -> None:
    assert [plural(n, "article") for n in (1, 2, 5, 11, 21)] == [
        "1 статья",
        "2 статьи",
        "5 статей",
        "11 статей",
        "21 статья",
    ]
    assert [number(1612833), number(2.5), number(None)] == ["1\u202f612\u202f833", "2,5", ""]
    assert [short_number(5.3e6), short_number(1e9), short_number(12)] == ["5,3 млн", "1 млрд", "12"]
    assert day("2019-10-07") == "7 октября 2019"
    assert [day(None), day("когда-то")] == ["", "когда-то"]
    assert days("2019-09-26", "2019-09-27") == "26–27 сентября 2019"
    assert days("2019-05-30", "2019-06-02") == "30 мая – 2 июня 2019"
    assert days("2019-12-30", "2020-01-02") == "30 декабря 2019 – 2 января 2020"
    assert [bounds(300, None, "more_than"), bounds(None, 5, None), bounds(3, 5, "range"), bounds(7, 7, "about")] == [
        "более 300", "до 5", "3–5", "около 7",
    ]  # fmt: skip


def test_the_map_shows_russia_and_nothing_else() -> None:
    for latitude, longitude in (
        (54.7, 20.5),
        (66.2, -169.8),
        (43.1, 131.9),
        (42.06, 48.3),
        (53.0, 158.6),
        (77.7, 104.3),
    ):
        assert on_map(latitude, longitude), project(latitude, longitude)
    assert not on_map(-33.9, 151.2)
    assert not on_map(40.7, -74.0)
    assert not on_map(None, 3.0)


def test_marks_nest_and_cross_and_stay_in_their_line() -> None:
    text = "мэрия Томска <b>\nдругая"
    spans = [
        MarkSpan(0, 12, "organisation", "/o", "s0"), MarkSpan(6, 12, "city", "/c"), MarkSpan(10, 20, "quote"),
        MarkSpan(5, 99, "bad"),
    ]  # fmt: skip
    lines = mark_text(text, spans)
    assert lines[0] == (
        '<a href="/o" class="m organisation" id="s0">мэрия <mark class="m city">Томс<mark class="m quote">ка</mark></mark></a>'
        '<mark class="m quote"> &lt;b&gt;</mark>'
    )
    assert lines[1] == '<mark class="m quote">дру</mark>гая'


def test_csv_is_made_safe_as_it_streams() -> None:
    plain = 'a,b\r\n=1,"x\n=2"\r\n"он сказал ""да""",й\r\n'.encode()
    for size in (1, 3, 7, 1000):
        safe, out = _SafeCsv(), b""
        for i in range(0, len(plain), size):
            out += safe.feed(plain[i : i + size], last=False)
        out += safe.feed(b"", last=True)
        rows = list(csv.reader(io.StringIO(out.decode(), newline="")))
        assert rows == [["a", "b"], ["'=1", "x\n=2"], ['он сказал "да"', "й"]]


# -- the pages ----------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What of a page is checked: its tags, links, ids, and whether they close."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "circle", "rect", "line", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "a" and "a" in self.open:
            self.faults.append("a link in a link")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()


def check(response: Any) -> Page:
    """Check what holds for every page; returns it."""
    html = response.text
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "'unsafe-inline'" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "x-letopis-page" not in response.headers
    assert "<script" not in html.lower()
    page = Page(html)
    assert page.faults == []
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
        for name in ("href", "src", "action", "xlink:href"):
            value = attributes.get(name) or ""
            assert value.startswith(("/", "#", "data:,")) or re.match(r"https?://", value) or not value, value
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    labels = html.count("<label")
    fields = [a for tag, a in page.tags if tag in ("input", "select") and a.get("type") != "hidden"]
    assert labels >= len(fields), "a field without a label"
    return page


@pytest.mark.parametrize(
    "path",
    [
        "/", "/about", "/search", "/search?q=волонтёр&region=Сибирь", "/search?q=этогонет", "/search?q=волонтёр Сибирь",
        "/search?region=Сибирь&since=2019&until=2020", "/articles?q=форум&page=2", "/people?speaking=1&q=волонтёр",
        "/organisations?kind=other&sort=name", "/cities?region=Урал", "/events?kind=форум", "/topics?q=грант",
        "/facts?unit=участник&sort=value", "/facts?kind=money&min=1000000", "/together?person=Малахова", "/together",
        "/people?page=3", "/article/2025-10-27_ea08", "/article/strange", "/articles?theme=экология",
    ],
)  # fmt: skip
def test_pages_are_whole(site: Site, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 200
    check(response)
    assert site.get(path).text == response.text, "the kept answer is the same"


@pytest.mark.parametrize(
    ("question", "kind", "name", "there"),
    [
        (
            "people",
            "person",
            "Ирина Сергеевна Малахова",
            ["Должности и роли", "Выступления", "Прямая речь", "В пересказе", "Почему это одна"],
        ),
        ("organisations", "organisation", "АНО «Ресурсный центр «Опора»", ["Кто в ней", "Также:", "Томск"]),
        ("cities", "city", "Томск", ["Томская область", "<svg", "574"]),
        ("events", "event", "Белые ночи фандрайзинга", ["В другие годы", "Статьи"]),
    ],
)
def test_entities_have_their_pages(site: Site, question: str, kind: str, name: str, there: list[str]) -> None:
    response = site.get(f"/{kind}/{entity(site, question, name)}")
    assert response.status_code == 200
    check(response)
    for text in (name, *there):
        assert text in response.text


def test_a_search_without_topics_is_widened_to_the_words_of_its_subject(site: Site) -> None:
    html = site.get("/search?q=добровольческий&region=Сибирь").text
    assert "В темах обсуждений нет слова «добровольческий»" in html
    assert "Как не потерять волонтёра за лето" in html
    assert "Вера Андреевна Лисицына" in html
    assert "В темах обсуждений нет слова" not in site.get("/search?q=волонтёр").text


def test_a_region_among_the_words_is_where_to_look(site: Site) -> None:
    read = site.get("/search?q=волонтёр в Сибири").text
    assert "Искали в регионе «Сибирь»" in read
    assert "<h1>«волонтёр», Сибирь</h1>" in read
    words = site.get("/search?q=волонтёр в Сибири&exact=1").text
    assert "Искали в регионе" not in words
    assert "<h1>«волонтёр в Сибири»</h1>" in words


def test_names_on_the_search_page_are_of_the_articles_that_count(site: Site) -> None:
    with open_index(site.db) as db:
        whole = search_context(db, read_asked({"q": "Малахова"}))["entities"]
        there = search_context(db, read_asked({"q": "Малахова", "since": "2019", "until": "2019"}))["entities"]
        nowhere = search_context(db, read_asked({"q": "Малахова", "region": "Республика Ингушетия"}))["entities"]
    assert whole[0]["articles"] > there[0]["articles"] > 0
    assert nowhere == []


def test_who_came_stands_before_who_is_merely_counted(site: Site) -> None:
    rows = json.loads(site.get("/facts.json?kind=count&unit=участник|человек&sort=turnout").text)["rows"]
    assert rows[0]["predicate"] or rows[0]["unit"] == "участник"


def test_an_earlier_id_of_a_person_still_leads_there(site: Site) -> None:
    with open_index(site.db) as db:
        anchor = db.execute("SELECT anchor FROM merges WHERE kind = 'person' AND score > 0").fetchone()[0]
    assert site.get(f"/person/some-old-name-{anchor}").status_code == 200


def test_every_link_of_the_start_page_leads_somewhere(site: Site) -> None:
    page = check(site.get("/"))
    links = {a["href"] for tag, a in page.tags if tag == "a" and (a.get("href") or "").startswith("/")}
    for link in sorted(links):
        assert site.get(str(link)).status_code == 200, link


@pytest.mark.parametrize(
    ("path", "status", "there"),
    [
        ("/person/nobody", 404, "Не нашлось"),
        ("/article/%3Cscript%3E", 404, "Не нашлось"),
        ("/people?person=Никто", 400, "В архиве нет такого имени"),
        ("/facts?min=много", 400, "Не понимаю число"),
        ("/facts?min=nan", 400, "Не понимаю число"),
        ("/articles?since=вчера", 400, "Не понимаю день"),
        ("/people?sort=colour", 400, "Так спросить нельзя"),
        ("/people?unit=x", 400, "Так спросить нельзя"),
        ("/articles?page=99999999999999999999", 200, "Статьи"),
        ("/articles?page=-1", 200, "Статьи"),
    ],
)
def test_what_cannot_be_shown_is_said(site: Site, path: str, status: int, there: str) -> None:
    response = site.get(path)
    assert response.status_code == status
    assert there in response.text
    check(response)


# -- data ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_json_and_csv(site: Site, name: str) -> None:
    answer = site.get(f"/{name}.json?limit=5").json()
    assert answer["ok"]
    assert set(answer["columns"]) == set(answer["rows"][0])
    following = site.get(answer["next"]).json()
    assert following["rows"] != answer["rows"]
    response = site.get(f"/{name}.csv")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(response.text.removeprefix("\ufeff"), newline="")))
    assert rows[0] == list(answer["columns"])
    for row in rows:
        formulas = [cell for cell in row if cell.startswith(("=", "+", "@", "-"))]
        assert all(re.fullmatch(r"-\d+(\.\d+)?", cell) for cell in formulas)  # a western longitude is a number


def test_data_refuses_in_json(site: Site) -> None:
    response = site.get("/people.json?person=Никто")
    assert (response.status_code, response.json()["ok"]) == (400, False)


def test_datasette_serves_tables_and_sql(site: Site) -> None:
    rows = site.get("/archive/people.json?_size=3&_shape=array").json()
    assert len(rows) == 3
    html = site.get("/archive/people")
    assert html.status_code == 200
    assert "script-src 'self';" in html.headers["content-security-policy"]
    answer = site.get(
        "/archive.json?" + urlencode({"sql": "select count(*) as n from articles", "_shape": "array"})
    )
    assert answer.json()[0]["n"] == len(list(gold_records())) + 1


def test_the_csv_of_datasette_is_safe_too(site: Site) -> None:
    for path in (
        "/archive/topics.csv?_sort_desc=topic&_size=max",
        "/archive.csv?" + urlencode({"sql": "select title from topics order by topic desc"}),
        "/archive/articles.csv?_stream=1",
    ):
        text = site.get(path).text
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) > 100
        assert any(cell.startswith("'=") for row in rows for cell in row), path
        assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row), path


@pytest.mark.parametrize(
    "sql",
    [
        "delete from people",
        "insert into people values (1)",
        "attach 'x' as y",
        "pragma table_info(people)",
        "drop table people",
    ],
)
def test_sql_of_visitors_only_reads(site: Site, sql: str) -> None:
    response = site.get("/archive.json?" + urlencode({"sql": sql}))
    assert response.status_code == 400
    assert (
        site.get(
            "/archive.json?" + urlencode({"sql": "select count(*) as n from people", "_shape": "array"})
        ).json()[0]["n"]
        > 400
    )


def test_sql_that_takes_too_long_is_stopped(site: Site) -> None:
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    started = time.monotonic()
    assert site.get("/archive.json?" + urlencode({"sql": endless})).status_code == 400
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "path",
    ["/-/databases", "/-/settings.json", "/-/versions", "/-/plugins", "/-/permissions", "/-/actor", "/archive.db"],
)
def test_the_business_of_the_server_is_hidden(site: Site, path: str) -> None:
    assert site.get(path).status_code in (403, 404)


def test_nothing_is_posted(site: Site) -> None:
    response = asyncio.run(site.datasette.client.post("/search", data={"q": "x"}))
    assert response.status_code in (403, 405)


# -- hostile input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_addresses_are_answered_with_words(site: Site, text: str) -> None:
    paths = [f"/search?{urlencode({'q': text})}", f"/articles?{urlencode({'q': text, 'sort': text})}"]
    paths += [
        f"/facts?{urlencode({key: text})}"
        for key in ("person", "region", "since", "theme", "kind", "unit", "min", "page")
    ]
    paths += [
        f"/{kind}/{quote(text[:200], safe='')}" for kind in ("person", "organisation", "city", "event", "article")
    ]
    for path in paths:
        response = site.get(path)
        assert response.status_code in (200, 400, 404), path
        if response.headers["content-type"].startswith("text/html") and "letopis" in response.text.lower():
            check(response)


def test_hostile_articles_are_shown_as_text(tmp_path: Path) -> None:
    clean = [re.sub(r"[\[\]|\r\n]", "/", text).strip() or "x" for text in HOSTILE]
    records = [
        record(
            f"h{i}",
            f"[{text}|people] из [{text}|cities] и [{text}|organisations] на [{text}|events]: «[{text}|session_topics]»",
            published="2024-01-01",
            source={"title": text, "url": text, "path": text},
            speakers=[(text, text)],
            roles=[(text, text, text)],
            themes=[{"label": text[:100], "score": 0.5}],
        )
        for i, text in enumerate(clean)
    ]
    build_index(write_records(tmp_path / "r", *records), tmp_path / "a.db")
    site = Site(tmp_path / "a.db")
    for path in (
        "/",
        "/search?q=x",
        *(f"/{name}" for name in LISTS),
        *(f"/article/h{i}" for i in range(len(records))),
    ):
        response = site.get(path)
        assert response.status_code == 200, path
        check(response)
    with open_index(site.db) as db:
        for question, kind in (
            ("people", "person"),
            ("organisations", "organisation"),
            ("cities", "city"),
            ("events", "event"),
        ):
            for row in ask(db, question, limit=-1).dicts():
                response = site.get(f"/{kind}/{row['id']}")
                assert response.status_code == 200, row
                check(response)
    for name in LISTS:
        assert site.get(f"/{name}.csv").status_code == 200
        assert json.loads(site.get(f"/{name}.json").text)["ok"]


# -- in a real browser ----------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(make_datasette(site.db).app(), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, base_url=address, accept_downloads=True
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request",
        lambda asked: complaints.append(asked.url) if not asked.url.startswith((address, "data:")) else None,
    )
    yield opened
    assert complaints == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= request.param, (
        "the page is wider than the screen"
    )
    context.close()


@pytest.mark.browser
def test_search_then_an_article_then_a_person(page: Any) -> None:
    page.goto("/")
    page.get_by_label("О чём").fill("ресурсные центры")
    page.get_by_label("Где").select_option("Сибирь")
    page.get_by_role("button", name="Найти").click()
    assert page.get_by_role("heading", level=1).inner_text() == "«ресурсные центры», Сибирь"
    page.get_by_role("heading", name="Статьи", exact=True).locator("xpath=following-sibling::ul//a").first.click()
    assert page.url.split("/")[-2] == "article"
    assert page.locator(".text .m").count() > 5
    person = page.locator(".text a.person").first
    name = person.get_attribute("title")
    person.click()
    assert page.get_by_role("heading", level=1).inner_text() == name
    assert page.get_by_role("heading", name="Статьи").is_visible()


@pytest.mark.browser
def test_the_analyst_finds_who_spoke_and_how_many_came(page: Any) -> None:
    page.goto("/")
    page.get_by_label("О чём").fill("волонтёр Сибирь")
    page.keyboard.press("Enter")
    page.get_by_text("Искали в регионе «Сибирь»").wait_for()
    assert page.get_by_role("heading", level=1).inner_text() == "«волонтёр», Сибирь"
    assert page.get_by_label("Где").input_value() == "Сибирь"
    assert page.get_by_role("heading", name="Кто об этом говорил").is_visible()
    assert page.get_by_role("heading", name="Сколько людей").is_visible()


@pytest.mark.browser
def test_facts_are_filtered_and_downloaded(page: Any, tmp_path: Path) -> None:
    page.goto("/facts")
    page.get_by_label("Что за число").select_option("деньги")
    page.get_by_role("button", name="Показать").click()
    assert page.locator("svg.dots").is_visible()
    page.locator(".facets").get_by_role("link", name="рубль").click()
    assert "unit=" in page.url
    if page.viewport_size["width"] > 1000:
        page.get_by_role("link", name="Значение").click()
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("Значение")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "facts.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "facts.csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) > 300
    assert {row["unit"] for row in rows} == {"рубль"}


@pytest.mark.browser
def test_a_script_in_a_name_is_text(page: Any) -> None:
    page.goto("/article/strange")
    assert SCRIPT in page.locator(".text").inner_text()
    assert page.title() != "run"
    page.locator(".text a.person").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == f"Анна {SCRIPT}"
    assert page.title().startswith("Анна <script>")


@pytest.mark.browser
def test_marks_are_hidden_and_shown_again(page: Any) -> None:
    page.goto("/article/2025-10-27_ea08")
    mark = page.locator(".text .person").first
    border = "getComputedStyle(e).borderBottomColor"
    before = mark.evaluate(f"e => {border}")
    page.locator("#show-person").uncheck()
    assert mark.evaluate(f"e => {border}") != before
    page.locator("#show-person").check()
    assert mark.evaluate(f"e => {border}") == before


@pytest.mark.browser
def test_the_keyboard_reaches_the_content(page: Any) -> None:
    page.goto("/people")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "К содержанию"
    page.keyboard.press("Enter")
    page.wait_for_url("**/people#main")


@pytest.mark.browser
def test_dark_pages_have_contrast(browser: Any, address: str) -> None:
    context = browser.new_context(color_scheme="dark", base_url=address)
    opened = context.new_page()
    opened.goto("/")
    colours = opened.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert ink - paper > 500
    context.close()
