"""Building an index: what is read, what changes, what a stopped run leaves, the API over it."""

# ruff: noqa: E501 (tables of texts)

from __future__ import annotations

import gzip
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.archive import Archive, read_records
from pipeline.archive.build import build_index
from pipeline.archive.counts import count_entities
from pipeline.archive.database import ArchiveError, open_index, run_sql, time_limit
from pipeline.archive.results import ResultsError
from pipeline.archive.rows import pack, unpack
from pipeline.errors import LetopisError
from tests.archive_gold import gold_records
from tests.archive_records import record, write_records
from tests.archive_synthetic import write_archive

ONE = record("a", "[Анна Петрова|people] в [Томске|cities:Томск]", published="2020-01-01")
TWO = record("b", "[Игорь Шубин|people] в [Томске|cities:Томск]", published="2021-01-01")
THREE = record("c", "[Анна Петрова|people] снова в [Томске|cities:Томск]", published="2022-01-01")

TABLES = (
    "articles", "article_texts", "article_people", "article_organisations", "article_cities", "article_regions",
    "article_events", "roles", "topics", "topic_speakers", "facts", "dates", "quotes", "statements",
    "article_themes",
)  # fmt: skip


def names(path: Path, table: str = "people") -> list[str]:
    with open_index(path) as db:
        return [name for (name,) in db.execute(f"SELECT name FROM {table} ORDER BY name")]


def contents(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what an index says, apart from numbers of rows, which depend on its history."""
    pairs = """SELECT x.kind, coalesce(p.id, o.id), x.other_kind, coalesce(q.id, r.id), x.articles, x.first_day, x.last_day
        FROM pairs AS x LEFT JOIN people AS p ON x.kind = 'person' AND p.person = x.entity
        LEFT JOIN organisations AS o ON x.kind = 'organisation' AND o.organisation = x.entity
        LEFT JOIN people AS q ON x.other_kind = 'person' AND q.person = x.other
        LEFT JOIN organisations AS r ON x.other_kind = 'organisation' AND r.organisation = x.other"""
    with open_index(path) as db:
        found = {}
        for table, columns in (
            ("people", "id, name, post, articles, mentions, sessions, quotes, statements, first_day, last_day"),
            ("organisations", "id, name, kind, articles, mentions, first_day, last_day"),
            ("cities", "id, name, articles, mentions, geoname_id, first_day, last_day"),
            ("regions", "name, articles"),
            ("countries", "name, articles"),
            ("events", "id, name, first_day, articles, sessions"),
            ("articles", "id, title, day, theme, reprints"),
            ("units", "unit, lemmas"),
            ("surroundings WHERE typeof(feature) = 'text'", "kind, aspect, feature, rows"),
        ):
            found[table] = sorted(map(tuple, db.execute(f"SELECT {columns} FROM {table}")), key=repr)
        found["pairs"] = sorted((*sorted([row[:2], row[2:4]]), *row[4:]) for row in map(tuple, db.execute(pairs)))
        for kind, table, column in (
            ("person", "people", "person"),
            ("organisation", "organisations", "organisation"),
            ("city", "cities", "city"),
            ("event", "events", "event"),
        ):
            rows = f"SELECT a.id, r.row, e.id, r.again FROM article_{table} AS r JOIN {table} AS e USING ({column}) JOIN articles AS a USING (article) ORDER BY 1, 2"
            names = f"SELECT e.id, n.name, n.articles FROM entity_names AS n JOIN {table} AS e ON e.{column} = n.entity WHERE n.kind = '{kind}' ORDER BY 1, 2"
            found |= {f"rows of {table}": [tuple(row) for row in db.execute(rows)]}
            found |= {f"names of {table}": [tuple(row) for row in db.execute(names)]}
            if kind != "event":
                often = f"SELECT count(*) FROM article_{table} JOIN {table} AS e USING ({column}) WHERE often != (e.articles >= 20)"
                assert db.execute(often).fetchone()[0] == 0
        return found


# -- reading results ------------------------------------------------------------------------------------------------


def test_records_are_read_from_lines_plain_and_packed(tmp_path: Path) -> None:
    write_records(tmp_path, ONE)
    (tmp_path / "part-2.jsonl.gz").write_bytes(gzip.compress(TWO.to_json().encode() + b"\n"))
    (tmp_path / "errors.jsonl").write_text('{"source": "x", "error": "y"}\n', encoding="utf-8")
    assert [r.id for r in read_records(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"), [('{"people": 1}', "not a record"), ('{"people": [', "not a record")]
)
def test_a_broken_line_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "x.jsonl").write_text(content + "\n", encoding="utf-8")
    with pytest.raises(ResultsError, match=message):
        list(read_records(tmp_path))


def test_no_results_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no such folder"):
        list(read_records(tmp_path / "nowhere"))
    with pytest.raises(ResultsError, match=r"no \*\.jsonl"):
        list(read_records(tmp_path))


def test_a_data_set_is_read_by_its_manifest(tmp_path: Path) -> None:
    manifest = pytest.importorskip("pipeline.batch.manifest")
    folder = write_records(tmp_path / "set" / "records", ONE, TWO, name="part-000001.jsonl").parent
    with sqlite3.connect(folder / "manifest.sqlite") as db:
        db.executescript(manifest.SCHEMA)
        db.execute(f"INSERT INTO meta VALUES ('layout', '{manifest.LAYOUT}')")
        db.execute("INSERT INTO shards VALUES (1, 'records/part-000001.jsonl', 2, 0, 'x')")
        db.execute("INSERT INTO articles (number, id, source, shard, line) VALUES (1, 'b', 'b.txt', 1, 1)")
        db.execute("INSERT INTO articles (number, id, source, duplicate_of) VALUES (2, 'copy', 'copy.txt', 1)")
    assert [r.id for r in read_records(folder)] == ["b"], "line 0 is no longer wanted"
    build_index(folder, tmp_path / "a.db")
    with open_index(tmp_path / "a.db") as db:
        assert db.execute("SELECT id, path FROM reprints").fetchall()[0][0] == "copy"
        assert db.execute("SELECT reprints FROM articles").fetchone()[0] == 1


# -- building ---------------------------------------------------------------------------------------------------------


def test_an_index_follows_its_results(tmp_path: Path) -> None:
    results, db = write_records(tmp_path / "r", ONE, TWO), tmp_path / "a.db"
    assert build_index(results, db).changes.added == 2
    assert not build_index(results, db).changes.any
    changed = TWO.model_copy(update={"people": (TWO.people[0].model_copy(update={"name": "Игорь Львович Шубин"}),)})
    write_records(results, ONE, changed)
    write_records(results, THREE, name="part-2.jsonl")
    report = build_index(results, db).changes
    assert (report.added, report.changed, report.removed, report.same) == (1, 1, 0, 1)
    assert names(db) == ["Анна Петрова", "Игорь Львович Шубин"]
    (results / "part-1.jsonl").unlink()
    assert build_index(results, db).changes.removed == 2
    assert names(db) == ["Анна Петрова"]


def test_an_article_may_move_to_another_shard(tmp_path: Path) -> None:
    results, db = write_records(tmp_path / "r", ONE, TWO), tmp_path / "a.db"
    build_index(results, db)
    write_records(results, TWO)
    write_records(results, ONE, name="part-0.jsonl")
    report = build_index(results, db).changes
    assert (report.any, report.same) == (False, 2)
    (results / "part-1.jsonl").unlink()
    build_index(results, db)
    assert names(db) == ["Анна Петрова"]


def test_an_index_that_grew_equals_one_built_at_once(tmp_path: Path) -> None:
    records = list(gold_records())
    results, grown = tmp_path / "r", tmp_path / "grown.db"
    for i, step in enumerate((50, 90, len(records))):
        write_records(results, *records[:step][i::2], name="one.jsonl")
        write_records(results, *records[:step][1 - i % 2 :: 2], name="two.jsonl")
        build_index(results, grown)
    write_records(results, *records, name="one.jsonl")
    (results / "two.jsonl").unlink()
    build_index(results, grown)
    build_index(results, tmp_path / "once.db")
    assert contents(grown) == contents(tmp_path / "once.db")


@pytest.fixture(scope="module")
def gold_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gold")
    build_index(write_records(folder / "r", *list(gold_records())[:-12]), folder / "gold.db")
    return folder / "gold.db"


@pytest.mark.parametrize("seed", range(4))
def test_after_small_changes_it_is_as_if_built_at_once(
    tmp_path: Path, gold_index: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Articles come, go, and are replaced by what others say; only what they touch is worked out."""
    monkeypatch.setattr("pipeline.archive.build.MANY", 0)
    monkeypatch.setattr("pipeline.archive.entities.LARGE_BLOCK", 10 + 10 * seed)
    rng, records = random.Random(seed), list(gold_records())
    archive, new, path = {r.id: r for r in records[:-12]}, records[-12:], tmp_path / "grown.db"
    shutil.copy(gold_index, path)
    for _ in range(3):
        changed, removed = rng.sample(sorted(archive), 2)
        archive[changed] = rng.choice(records).model_copy(update={"id": changed})
        del archive[removed]
        added = new.pop(rng.randrange(len(new)))
        archive[added.id] = added
        write_records(tmp_path / "r", *archive.values())
        build_index(tmp_path / "r", path)
    with sqlite3.connect(path, isolation_level=None) as db:
        since = db.execute("SELECT value FROM meta WHERE key = 'changed_since_resolution'").fetchone()[0]
        assert int(since) > 0, "not all was worked out anew"
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        counted = contents(path)
        count_entities(db)
        assert contents(path) == counted, "what was counted of the touched is as if all was"
    build_index(tmp_path / "r", tmp_path / "once.db")
    once = contents(tmp_path / "once.db")
    for kind in ("people", "organisations", "cities", "events"):  # a few hang by a hair
        rows = once[f"rows of {kind}"]
        assert len(set(rows) - set(counted[f"rows of {kind}"])) <= 0.02 * len(rows)
    assert counted["articles"] == once["articles"]
    assert (
        counted["surroundings WHERE typeof(feature) = 'text'"]
        == once["surroundings WHERE typeof(feature) = 'text'"]
    )


def test_foreign_keys_hold_and_removed_articles_leave_nothing(tmp_path: Path) -> None:
    records = list(gold_records())[:40]
    results, path = write_records(tmp_path / "r", *records), tmp_path / "a.db"
    build_index(results, path)
    write_records(results, *records[::2])
    build_index(results, path)
    with open_index(path) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        for table in TABLES:
            orphans = db.execute(
                f"SELECT count(*) FROM {table} WHERE article NOT IN (SELECT article FROM articles)"
            )
            assert orphans.fetchone()[0] == 0, table
        for table, column in (("people", "person"), ("organisations", "organisation"), ("cities", "city")):
            assert db.execute(f"SELECT count(*) FROM article_{table} WHERE {column} IS NULL").fetchone()[0] == 0
            unused = f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT {column} FROM article_{table})"
            assert db.execute(unused).fetchone()[0] == 0


def test_the_full_text_index_forgets_removed_articles(tmp_path: Path) -> None:
    results, path = write_records(tmp_path / "r", ONE, TWO), tmp_path / "a.db"
    build_index(results, path)
    write_records(results, TWO)
    build_index(results, path)
    with Archive(path) as archive:
        assert list(archive.articles(text="Анна")["id"]) == []
        assert list(archive.articles(text="Шубина")["id"]) == ["b"]


def test_reprints_are_linked(tmp_path: Path) -> None:
    results = write_records(tmp_path / "r", ONE)
    row = {"id": "copy", "duplicate_of": "a", "source": {"url": "https://example.org/x", "published": "2020-01-02"}}
    (results / "duplicates.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    build_index(results, tmp_path / "a.db")
    with Archive(tmp_path / "a.db") as archive:
        assert archive.people()["articles"].tolist() == [1]
        assert archive.people(reprints=True)["articles"].tolist() == [2]
        assert archive.articles()["reprints"].tolist() == [1]


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 20])
def test_another_file_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.db").write_bytes(content)
    with pytest.raises(ArchiveError, match="not an index"):
        build_index(write_records(tmp_path / "r", ONE), tmp_path / "a.db")
    assert (tmp_path / "a.db").read_bytes() == content


def test_another_database_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(ArchiveError, match="not an index"):
        build_index(write_records(tmp_path / "r", ONE), tmp_path / "a.db")


def test_an_index_of_another_layout_is_built_anew(tmp_path: Path) -> None:
    results, path = write_records(tmp_path / "r", ONE), tmp_path / "a.db"
    build_index(results, path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'layout'")
    with pytest.raises(ArchiveError, match="another version"):
        open_index(path)
    build_index(results, path)
    assert names(path) == ["Анна Петрова"]


def test_an_error_in_the_middle_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    results, path = write_records(tmp_path / "r", ONE), tmp_path / "a.db"
    build_index(results, path)
    write_records(results, TWO)
    (results / "part-2.jsonl").write_text('{"people": "broken"}\n', encoding="utf-8")
    with pytest.raises(ResultsError):
        build_index(results, path)
    assert names(path) == ["Анна Петрова"]
    with pytest.raises(ResultsError):
        build_index(results, path, rebuild=True)
    assert names(path) == ["Анна Петрова"]
    assert not list(tmp_path.glob("*.building"))


@pytest.mark.slow
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_killed_run_leaves_the_index_as_it_was(tmp_path: Path, rebuild: bool) -> None:
    results, path = write_records(tmp_path / "r", ONE), tmp_path / "a.db"
    build_index(results, path)
    write_archive(results, 400)
    command = [
        sys.executable,
        "-c",
        f"from pipeline.archive import build_index as b; b('{results}', '{path}', rebuild={rebuild})",
    ]
    for delay in (0.6, 1.2, 1.8):
        run = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})
        time.sleep(delay)
        run.send_signal(signal.SIGKILL)
        run.wait()
        with open_index(path) as db:
            assert db.execute("SELECT count(*) FROM articles").fetchone()[0] in (1, 401)
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    build_index(results, path, rebuild=rebuild)
    with open_index(path) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone()[0] == 401


def test_readers_see_the_state_before_while_an_index_changes(tmp_path: Path) -> None:
    results, path = write_records(tmp_path / "r", ONE), tmp_path / "a.db"
    build_index(results, path)
    reader = open_index(path)
    assert reader.execute("SELECT count(*) FROM articles").fetchone()[0] == 1
    write_records(results, ONE, TWO)
    build_index(results, path)
    assert reader.execute("SELECT count(*) FROM articles").fetchone()[0] == 2
    reader.close()


def test_the_page_about_the_tables_names_them_all_and_its_examples_run(archive: Archive) -> None:
    page = (Path(__file__).parents[1] / "pipeline" / "archive" / "SCHEMA.md").read_text(encoding="utf-8")
    tables = archive.sql("SELECT name FROM sqlite_schema WHERE type = 'table'")["name"]
    own = [name for name in tables if not re.search(r"_fts_|sqlite_", name)]
    assert [name for name in own if f"`{name}`" not in page] == []
    statements = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    assert all(len(archive.sql(statement)) > 3 for statement in statements)
    for table in re.findall(r"^  (\w+) \|", page, re.MULTILINE):
        assert table in own


# -- the API ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("archive")
    build_index(write_records(folder / "r", *gold_records()), folder / "a.db")
    return Archive(folder / "a.db")


def test_a_record_comes_back_whole(archive: Archive) -> None:
    for known in list(gold_records())[:10]:
        assert archive.article(known.id) == known
        assert unpack(known.text, pack(known)) == known
    with pytest.raises(LetopisError, match="none in this archive"):
        archive.article("nothing")


def test_tables_have_their_types(archive: Archive) -> None:
    facts = archive.facts(kind="money", limit=5, sort="value")
    assert list(facts.columns) == list(Archive.columns("facts"))
    assert str(facts["day"].dtype).startswith("datetime64")
    assert facts["min"].is_monotonic_decreasing
    assert str(archive.people(limit=1)["articles"].dtype) == "Int64"
    assert len(archive.people(limit=None)) > 400
    assert archive.topics(text="этогословатамнет").empty


def test_evidence_points_into_the_text(archive: Archive) -> None:
    for notes in archive.evidence("facts", limit=5, kind="count"):
        text = archive.article(notes[0].article).text
        assert text[notes[0].start : notes[0].stop] in notes[0].sentence
        assert notes[0].sentence in text


def test_the_graph_has_names_and_weights(archive: Archive) -> None:
    graph = archive.graph(person="Малахова", least=3)
    centre = next(node for node, data in graph.nodes(data=True) if data["name"] == "Ирина Сергеевна Малахова")
    assert graph.degree(centre) > 5
    assert all(data["weight"] >= 3 for _, _, data in graph.edges(data=True))


def test_an_answer_is_kept_until_the_index_changes(tmp_path: Path) -> None:
    results, path = write_records(tmp_path / "r", ONE), tmp_path / "a.db"
    build_index(results, path)
    with Archive(path) as opened:
        assert opened.people()["name"].tolist() == opened.people()["name"].tolist() == ["Анна Петрова"]
        write_records(results, ONE, TWO)
        build_index(results, path)
        assert len(opened.people()) == 2


def test_an_unknown_filter_is_refused(archive: Archive) -> None:
    with pytest.raises(LetopisError, match="no such filter"):
        archive.people(colour="red")


# -- SQL of one's own -------------------------------------------------------------------------------------------------


def test_sql_reads(archive: Archive) -> None:
    assert archive.sql("SELECT count(*) AS n FROM articles")["n"].tolist() == [len(list(gold_records()))]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM people",
        "INSERT INTO people (id, name) VALUES ('x', 'y')",
        "DROP TABLE people",
        "CREATE TABLE x (y)",
        "ATTACH DATABASE '/tmp/other.db' AS other",
        "PRAGMA query_only = OFF",
        "PRAGMA writable_schema = ON",
        "VACUUM INTO '/tmp/copy.db'",
        "SELECT 1; DELETE FROM people",
        "SELECT load_extension('x')",
        "UPDATE articles SET title = ''",
        "BEGIN IMMEDIATE",
        "SELECT * FROM nowhere",
        "\0",
    ],
)
def test_sql_does_nothing_but_read(archive: Archive, statement: str) -> None:
    with pytest.raises(ArchiveError, match="SQL"):
        archive.sql(statement)


def test_sql_that_takes_too_long_ends(archive: Archive) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(ArchiveError, match="took longer"):
        run_sql(archive._db, endless, 10, seconds=0.2)
    with pytest.raises(ArchiveError, match="took longer"), time_limit(archive._db, 0.2):
        archive._db.execute(endless).fetchone()
    assert archive._db.execute("SELECT 1").fetchone()[0] == 1
