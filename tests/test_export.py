"""Export: Parquet, CSV and FollowTheMoney from a small data set with a record of everything."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.article import Article
from pipeline.batch.export import export
from pipeline.batch.export.csv_files import cell
from pipeline.batch.export.tables import TABLES, columns, rows_of
from pipeline.batch.options import RunOptions
from pipeline.batch.run import run
from pipeline.cli import app
from pipeline.errors import LetopisError
from pipeline.record import Produced, Record

TEXT = "=HYPERLINK(1) Елена Малицкая, президент Центра «Гарант», открыла форум в Томске: 54 участника, 2019 год."


def rich_extract(articles: Iterable[Article]) -> Iterator[Record]:
    """A record with a row of each kind."""

    def span(text: str, found: str) -> dict[str, Any]:
        return {"start": text.index(found), "end": text.index(found) + len(found), "text": found}

    for article in articles:
        text = article.text
        role = {"title": "президент", "organisation": "org-1", **span(text, "президент Центра «Гарант»")}
        person = {
            "id": "per-1", "name": "Елена Малицкая", "given": "Елена", "surname": "Малицкая", "gender": "female",
            "roles": [role], "mentions": [span(text, "Елена Малицкая")],
        }  # fmt: skip
        organisation = {
            "id": "org-1",
            "name": "Центр «Гарант»",
            "aliases": ["Гарант"],
            "kind": "ngo",
            "city": "city-1",
        }
        city = {
            "id": "city-1",
            "name": "Томск",
            "region": "Томская область",
            "geoname_id": 1489425,
            "latitude": 56.5,
        }
        event = {"id": "event-1", "name": "форум", "kind": "форум", "start": "2019-09-26", "organisers": ["org-1"]}
        yield Record.model_validate(
            {
                "id": article.id, "source": article.source.model_dump(), "text": text,
                "produced": Produced(version="stub").model_dump(), "people": [person],
                "organisations": [{**organisation, "mentions": [span(text, "Центра «Гарант»")]}],
                "cities": [{**city, "mentions": [{**span(text, "Томске"), "form": "noun"}]}],
                "events": [{**event, "city": "city-1", "mentions": [span(text, "форум")]}],
                "session_topics": [{"id": "topic-1", "title": "=Тема", "titled": True, "speakers": ["per-1"]}],
                "facts": [
                    {"id": "fact-1", "kind": "count", "min": 54, "max": None, "unit": "участник",
                     **span(text, "54 участника")}
                ],
                "dates": [
                    {"id": "date-1", "from": "2019-01-01", "to": "2019-12-31", "precision": "year",
                     **span(text, "2019 год")}
                ],
            }
        )  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    news = folder / "news"
    news.mkdir()
    for name, text in (("2019-10-02.txt", TEXT), ("undated.txt", TEXT + " Ещё."), ("2020-01-01.txt", TEXT)):
        (news / name).write_text(text, encoding="utf-8")
    run([news], folder / "results", RunOptions(extract="tests.test_export:rich_extract"))
    return folder / "results"


def test_rows_are_those_of_their_tables(results: Path) -> None:
    from pipeline.batch.records import read_records

    for table, row in rows_of(next(read_records(results))):
        assert set(row) == set(columns(table)), table
    assert set(TABLES) >= {"articles", "people", "mentions", "roles", "organisations", "cities", "events", "facts"}


def test_parquet(results: Path, tmp_path: Path) -> None:
    dataset = pytest.importorskip("pyarrow.dataset")
    counts = export(results, tmp_path / "out", format="parquet")
    assert (counts["articles"], counts["roles"], counts["mentions"], counts["duplicates"]) == (2, 2, 8, 1)

    def table(name: str) -> Any:
        return dataset.dataset(tmp_path / "out" / name, partitioning="hive").to_table()

    facts = table("facts").sort_by("year")
    assert facts["min"].to_pylist() == [54.0, 54.0]
    assert facts["max"].to_pylist() == [None, None]
    assert facts["year"].to_pylist() == [0, 2019]
    assert table("events")["start"].to_pylist() == [datetime.date(2019, 9, 26)] * 2
    assert table("organisations")["aliases"].to_pylist() == [["Гарант"]] * 2
    assert str(table("cities").schema.field("geoname_id").type) == "int64"
    assert table("quotes").num_rows == 0
    text = table("articles")["text"].to_pylist()[0]
    for row in table("mentions").to_pylist():
        assert text[row["start"] : row["end"]] == row["text"]


def test_csv(results: Path, tmp_path: Path) -> None:
    export(results, tmp_path / "out", format="csv")
    assert (tmp_path / "out" / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for table in TABLES:
        with (tmp_path / "out" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows[0] == list(columns(table))
        assert not any(value.startswith(("=", "+", "@")) for row in rows[1:] for value in row)
    assert "'=Тема" in (tmp_path / "out" / "session_topics.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  @cmd", "'  @cmd"),
        ("＝1", "'＝1"),
        ("-5", "'-5"),
        ("\t=1", "'\t=1"),
        (-5, -5),
        (None, None),
        ("Форум", "Форум"),
        (["=a", "b"], "'=a; b"),
    ],
)
def test_cells_that_no_spreadsheet_runs(value: Any, written: Any) -> None:
    assert cell(value) == written


def test_follow_the_money(results: Path, tmp_path: Path) -> None:
    model = pytest.importorskip("followthemoney").model
    counts = export(results, tmp_path / "out", format="ftm")
    assert counts == {"Article": 2, "Organization": 2, "Person": 2, "Employment": 2, "Event": 2, "Mention": 4}
    lines = (tmp_path / "out" / "entities.ftm.json").read_text(encoding="utf-8").splitlines()
    entities = [model.get_proxy(json.loads(line)) for line in lines]
    ids = {entity.id for entity in entities}
    assert len(ids) == len(entities)
    for entity in entities:
        for name in ("employee", "employer", "document", "resolved", "proof", "organizer"):
            assert set(entity.get(name, quiet=True)) <= ids, name
    employment = next(entity for entity in entities if entity.schema.name == "Employment")
    assert employment.get("role") == ["президент"]
    person = next(entity for entity in entities if entity.schema.name == "Person")
    assert (person.get("name"), person.get("gender")) == (["Елена Малицкая"], ["female"])


def test_an_export_replaces_an_export_and_nothing_else(results: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for format_ in ("csv", "ftm"):
        pytest.importorskip("followthemoney")
        export(results, out, format=format_)  # type: ignore[arg-type]
    assert not (out / "facts.csv").exists()
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("важное")
    with pytest.raises(LetopisError, match="holds something that is no export"):
        export(results, mine, format="csv")
    with pytest.raises(LetopisError, match="no data set here"):
        export(mine, tmp_path / "x", format="csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out"]


def test_the_command(results: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["export", str(results), "--format", "csv", "-o", str(tmp_path / "out")])
    assert result.exit_code == 0
    assert "facts" in result.output
    assert CliRunner().invoke(app, ["export", str(results)]).exit_code == 2
