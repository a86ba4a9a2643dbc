"""Hostile strings through every filter of the command, of Python and of the pages: nothing breaks."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode

import pytest
from typer.testing import CliRunner

from pipeline.archive import Archive
from pipeline.archive.build import build_index
from pipeline.archive.filters import Filters
from pipeline.archive.together import TOGETHER_SORTS
from pipeline.archive.views import VIEWS
from pipeline.cli import app
from pipeline.errors import LetopisError
from tests.archive_gold import gold_records
from tests.archive_hostile import HOSTILE
from tests.archive_records import write_records

QUESTIONS = [*VIEWS, "together"]
TEXTS = ["text", "person", "organisation", "city", "region", "since", "until", "theme", "kind", "unit"]
OPTIONS = [f"--{name}" for name in [*TEXTS, "min", "max", "sort", "limit", "format"]]
PARAMETERS = [*TEXTS[1:], "q", "min", "max", "sort", "page", "offset", "size", "speaking", "related", "exact"]
NUMBERED = list(enumerate(HOSTILE))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    records = [record for _, record in zip(range(25), gold_records(), strict=False)]
    build_index(write_records(folder / "results", *records), folder / "archive.db")
    return folder / "archive.db"


@pytest.fixture(scope="module")
def archive(index: Path) -> Iterator[Archive]:
    with Archive(index) as opened:
        yield opened


def test_every_filter_is_tried() -> None:
    flags, inner = {"speaking", "reprints", "related"}, {"found"}  # the last is set by the pages, not by users
    assert {field.name for field in fields(Filters)} - flags - inner == {*TEXTS, "min", "max"}


@pytest.mark.parametrize(("number", "text"), NUMBERED)
def test_the_command_answers_or_refuses(index: Path, number: int, text: str) -> None:
    before = index.read_bytes()
    for i, option in list(enumerate(OPTIONS))[number % 3 :: 3]:
        question = QUESTIONS[(number + i) % len(QUESTIONS)]
        form = ("table", "json", "jsonl", "csv")[(number + i) % 4]
        flags = ["--related"] if (number + i) % 2 else []
        _run(["query", question, "--db", str(index), "--format", form, *flags, f"{option}={text}"])
    _run(["query", "--db", str(index), "--", text])
    _run(["query", "sql", "--db", str(index), "--", text])
    assert index.read_bytes() == before


def _run(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exception is None or isinstance(done.exception, (LetopisError, SystemExit)), (arguments, done)
    assert done.exit_code in (0, 1, 2)


@pytest.mark.parametrize(("number", "text"), NUMBERED)
def test_python_answers_or_refuses(archive: Archive, number: int, text: str) -> None:
    for i, name in enumerate(TEXTS):
        question = QUESTIONS[(number + i) % len(QUESTIONS)]
        with contextlib.suppress(LetopisError):
            getattr(archive, question)(**{name: text}, related=bool(i % 2))
    for ask in (
        lambda: archive.article(text),
        lambda: archive.people(sort=text),
        lambda: archive.people(**{text: text}),
        lambda: archive.graph(person=text),
        lambda: archive.evidence("facts", text=text),
        lambda: archive.sql(text),
    ):
        with contextlib.suppress(LetopisError):
            ask()


@pytest.mark.parametrize(("number", "text"), NUMBERED)
def test_pages_answer_or_refuse(index: Path, number: int, text: str) -> None:
    pytest.importorskip("datasette")
    from pipeline.archive.web.server import make_datasette

    site = make_datasette(index)
    for i, parameter in list(enumerate(PARAMETERS))[number % 2 :: 2]:
        name = QUESTIONS[(number + i) % len(QUESTIONS)]
        for suffix in ("", ".json", ".csv") if i % 3 == 0 else ("",):
            path = f"/{name}{suffix}?{urlencode({parameter: text})}"
            response = asyncio.run(site.client.get(path))
            assert response.status_code in (200, 400, 404), (path, response.text[:300])
            if suffix == ".json":
                json.loads(response.text)
            if not suffix:
                assert "<script>alert" not in response.text
                assert "<img src=x" not in response.text


def test_orders_are_known_by_name_only(archive: Archive) -> None:
    for question in QUESTIONS:
        known = TOGETHER_SORTS if question == "together" else VIEWS[question].sorts
        for text in HOSTILE:
            if text not in known:
                with contextlib.suppress(LetopisError):
                    getattr(archive, question)(sort=text)
                    assert not text.strip(), (question, text)
