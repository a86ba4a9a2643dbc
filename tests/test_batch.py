"""The data set: incremental, crash-safe, duplicates, what is told of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.batch import run as running
from pipeline.batch.inspect import status, verify
from pipeline.batch.options import RunOptions, Tally
from pipeline.batch.records import read_records
from pipeline.batch.run import run
from pipeline.batch.state import NoWatch
from pipeline.batch.storage import open_storage
from pipeline.batch.watch import prometheus
from pipeline.cli import app
from pipeline.errors import LetopisError
from pipeline.ingest import ReadOptions
from tests.archive_maker import STUB, make_archive, prove

# What ``letopis extract SOURCE -o OUTPUT -q`` does, with the stub.
COMMAND = """
import sys, typer
from pipeline.cli import runs
from pipeline.batch.options import RunOptions
options = RunOptions(extract="tests.archive_maker:stub_extract", workers=1, shard_size=50)
try:
    runs._run([sys.argv[1]], sys.argv[2], options, quiet=True, log_json=None, status_file=None)
except typer.Exit as error:
    sys.exit(error.exit_code)
"""
TEXT = "В Томске в {} году прошёл форум номер {}."


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def go(source: Path, output: Path, **options: Any) -> Tally:
    return run([source], output, RunOptions(**{"extract": STUB, "shard_size": 4, **options}))


def paths(output: Path) -> list[str]:
    return sorted(Path(record.source.path or "").name for record in read_records(output))


def rows(output: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (output / name).read_text(encoding="utf-8").splitlines()]


def lines_on_disk(output: Path) -> list[bytes]:
    return [line for path in output.glob("records/*.jsonl") for line in path.read_bytes().splitlines()]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for n in range(10):
        write(tmp_path / "news", f"{n}.txt", TEXT.format(2010 + n, n))
    return tmp_path / "news"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


# -- incremental -------------------------------------------------------------------------------------------


def test_a_data_set_is_written(archive: Path, output: Path) -> None:
    tally = go(archive, output)
    assert (tally.records, tally.errors, tally.found["dates"]) == (10, 0, 10)
    assert paths(output) == [f"{n}.txt" for n in range(10)]
    assert [path.name for path in sorted((output / "records").iterdir())] == [
        f"part-00000{n}.jsonl" for n in (1, 2, 3)
    ]
    assert list(verify(output)) == []


def test_a_second_run_reads_only_what_is_new_or_changed(archive: Path, output: Path) -> None:
    go(archive, output)
    before = {record.id: record for record in read_records(output)}
    again = go(archive, output)
    assert (again.articles, again.files, again.files_unchanged) == (0, 0, 10)
    write(archive, "3.txt", TEXT.format(1999, 33))
    write(archive, "99.txt", TEXT.format(1998, 99))
    (archive / "4.txt").touch()
    changed = go(archive, output)
    assert (changed.records, changed.unchanged, changed.files) == (2, 1, 3)
    after = {record.id: record for record in read_records(output)}
    assert len(after) == 11
    assert [after[i] for i in before if before[i].source.path != str(archive / "3.txt")] == [
        record for record in before.values() if record.source.path != str(archive / "3.txt")
    ]
    assert sum("1999" in record.text for record in after.values()) == 1
    assert len(lines_on_disk(output)) == 11
    assert list(verify(output)) == []


def test_what_is_gone_is_dropped_or_kept(archive: Path, output: Path) -> None:
    go(archive, output)
    (archive / "5.txt").unlink()
    assert go(archive, output, keep_gone=True).gone == 0
    assert len(paths(output)) == 10
    assert go(archive, output).gone == 1
    assert "5.txt" not in paths(output)
    assert len(lines_on_disk(output)) == 9
    assert list(verify(output)) == []


def test_lines_of_a_file_come_and_go(tmp_path: Path, output: Path) -> None:
    lines = [json.dumps({"id": f"a{n}", "text": TEXT.format(2000 + n, n)}) for n in range(6)]
    source = write(tmp_path, "news.jsonl", "\n".join(lines))
    go(source, output)
    write(tmp_path, "news.jsonl", "\n".join([*lines[2:], json.dumps({"id": "a9", "text": "Новое."})]))
    tally = go(source, output)
    assert (tally.records, tally.unchanged, tally.gone) == (1, 4, 2)
    assert paths(output) == ["a2", "a3", "a4", "a5", "a9"]


def test_other_sources_into_the_same_data_set_add_to_it(archive: Path, output: Path, tmp_path: Path) -> None:
    go(archive, output)
    other = write(tmp_path / "more", "m.txt", TEXT.format(2020, 55))
    assert go(other.parent, output).gone == 0
    assert len(paths(output)) == 11


def test_a_folder_that_cannot_be_listed_is_not_gone(
    archive: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(archive, "2019/a.txt", TEXT.format(2019, 77))
    go(archive, output)
    original = os.scandir

    def scandir(path: Any) -> Any:
        if str(path).endswith("2019"):
            raise PermissionError(13, "Permission denied", str(path))
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    tally = go(archive, output)
    assert (tally.gone, tally.errors, len(paths(output))) == (0, 1, 11)
    assert "2019: a folder that cannot be listed: Permission denied" in rows(output, "errors.jsonl")[0]["message"]
    monkeypatch.undo()
    assert go(archive, output).errors == 0
    assert rows(output, "errors.jsonl") == []


def test_an_archive_that_is_mostly_gone_stops_the_run(
    archive: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "GONE_FILES", 5)
    go(archive, output)
    shutil.rmtree(archive)
    archive.mkdir()
    with pytest.raises(LetopisError, match="10 of 10 files are gone"):
        go(archive, output)
    assert len(paths(output)) == 10
    assert go(archive, output, drop_gone=True).gone == 10
    assert lines_on_disk(output) == []


def test_what_an_older_version_made_is_redone(archive: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go(archive, output)
    monkeypatch.setattr(running, "__version__", "99.0")
    assert go(archive, output, only_changed=True).records == 0
    tally = go(archive, output)
    assert (tally.records, len(lines_on_disk(output))) == (10, 10)
    assert status(output).makers == {"99.0": 10}
    assert go(archive, output, read=ReadOptions(published="2019-10-02")).records == 10


def test_errors_are_listed_and_read_again_on_request(archive: Path, output: Path) -> None:
    write(archive, "bad.txt", "@@СЛОМАЙ")
    write(archive, "empty.txt", "")
    tally = go(archive, output)
    assert (tally.records, tally.errors) == (10, 2)
    broken, empty = rows(output, "errors.jsonl")
    assert "RuntimeError: как просили" in broken["message"]
    assert empty["source"] == str(archive / "empty.txt")
    assert go(archive, output).errors == 0
    assert len(rows(output, "errors.jsonl")) == 2
    assert go(archive, output, retry_errors=True).errors == 2
    write(archive, "bad.txt", "Всё хорошо.")
    assert go(archive, output).records == 1
    assert len(rows(output, "errors.jsonl")) == 1


def test_a_record_goes_when_its_source_turns_bad(archive: Path, output: Path) -> None:
    go(archive, output)
    write(archive, "1.txt", "")
    write(archive, "2.txt", "@@СЛОМАЙ")
    assert go(archive, output).errors == 2
    assert paths(output) == [f"{n}.txt" for n in (0, 3, 4, 5, 6, 7, 8, 9)]


def test_the_same_id_twice(tmp_path: Path, output: Path) -> None:
    one = [json.dumps({"id": "7", "text": TEXT.format(2001, n)}) for n in range(2)]
    write(tmp_path / "news", "a.jsonl", "\n".join(one))
    write(tmp_path / "news", "b.jsonl", json.dumps({"id": "7", "text": TEXT.format(2003, 9)}))
    for records in (3, 0):
        assert go(tmp_path / "news", output).records == records
        found = list(read_records(output))
        assert len({record.id for record in found}) == 3
        assert [Path(record.source.path or "").name for record in found] == ["7", "7~2", "7"]
    write(tmp_path / "news", "a.jsonl", "\n".join(one + one[:1]))
    assert go(tmp_path / "news", output, duplicates="keep").records == 4  # with another treatment of copies


def test_limit_and_since(archive: Path, output: Path) -> None:
    assert go(archive, output, limit=3).records == 3
    assert go(archive, output, limit=3).records == 3
    assert go(archive, output).records == 4
    dated = archive.parent / "dated"
    for day in ("2018-01-01", "2019-01-01", "2020-01-01"):
        write(dated, f"{day}.txt", f"Новость от {day}.")
    other = output.with_name("other")
    assert go(dated, other, since="2019-01-01").records == 2
    assert go(dated, other, since="2020-01-01").files == 0
    assert go(dated, other).records == 1


def test_one_file_of_json_an_article(archive: Path, output: Path) -> None:
    go(archive, output, format="json")
    files = sorted(path.name for path in (output / "records").iterdir())
    assert len(files) == 10
    assert files[0].startswith("0-")
    assert json.loads((output / "records" / files[0]).read_text())["schema"] == "letopis.record/1"
    write(archive, "3.txt", TEXT.format(1999, 33))
    (archive / "4.txt").unlink()
    go(archive, output, format="json")
    assert len(list((output / "records").iterdir())) == len(paths(output)) == 9
    assert list(verify(output)) == []


def test_a_hostile_id_names_no_file_outside(tmp_path: Path, output: Path) -> None:
    source = write(tmp_path, "news.jsonl", json.dumps({"id": "../../../evil/..", "text": TEXT.format(1, 2)}))
    go(source, output, format="json")
    (path,) = (output / "records").iterdir()
    assert path.parent == output / "records"
    assert next(read_records(output)).id == "../../../evil/.."


def test_compressed_shards(archive: Path, output: Path) -> None:
    pytest.importorskip("zstandard")
    go(archive, output, compress=True)
    assert all(path.name.endswith(".jsonl.zst") for path in (output / "records").iterdir())
    assert len(paths(output)) == 10
    write(archive, "3.txt", TEXT.format(1999, 33))
    go(archive, output, compress=True)
    assert list(verify(output)) == []


def test_small_shards_grow_together(archive: Path, output: Path) -> None:
    for n in range(20, 26):
        write(archive, f"{n}.txt", TEXT.format(1950, n))
        go(archive, output, shard_size=10)
    assert len(list((output / "records").iterdir())) == 3
    assert len(paths(output)) == 16


def test_two_workers_write_what_one_writes(archive: Path, output: Path) -> None:
    write(archive, "bad.txt", "")
    go(archive, output)
    other = output.with_name("two")
    go(archive, other, workers=2)
    for one in sorted(output.rglob("*.jsonl")):
        assert one.read_bytes() == (other / one.relative_to(output)).read_bytes()


def test_a_worker_that_is_killed_costs_one_article(archive: Path, output: Path) -> None:
    write(archive, "4a.txt", "@@УБЕЙ")
    tally = go(archive, output, workers=2)
    assert (tally.records, tally.errors) == (10, 1)
    assert "4a.txt: the worker that read this was ended" in rows(output, "errors.jsonl")[0]["message"]


def test_standard_input(output: Path) -> None:
    command = [sys.executable, "-c", COMMAND, "-", str(output)]
    for text in (TEXT.format(2001, 1), TEXT.format(2002, 2)):
        subprocess.run(command, input=text.encode(), check=True)
        (record,) = read_records(output)
        assert (record.text, record.source.path) == (text, "stdin")


def test_the_same_file_twice_is_said(archive: Path, output: Path) -> None:
    for records in (10, 0):
        tally = run([archive, archive / "3.txt"], output, RunOptions(extract=STUB))
        assert (tally.records, tally.errors, tally.warnings) == (records, 0, 1)
        assert [row["message"] for row in rows(output, "errors.jsonl")] == [
            f"{archive / '3.txt'}: given twice; it is read once"
        ]
    go(archive, output)
    assert rows(output, "errors.jsonl") == []


def test_an_empty_folder(tmp_path: Path, output: Path) -> None:
    (tmp_path / "none").mkdir()
    assert go(tmp_path / "none", output).articles == 0
    assert paths(output) == []


# -- duplicates --------------------------------------------------------------------------------------------

LONG = " ".join(f"слово{n} о форуме в Томске и его участниках{n % 7}" for n in range(60)) + " 54 участника."


def test_copies_are_linked(tmp_path: Path, output: Path) -> None:
    news = tmp_path / "news"
    write(news, "a.txt", LONG)
    write(news, "b.txt", LONG.upper().replace(" ", "\n"))
    write(news, "c.txt", LONG + " Перепечатано с сайта.")
    write(news, "d.txt", LONG.replace("54", "61"))
    assert go(news, output).duplicates == 2
    assert paths(output) == ["a.txt", "d.txt"]
    first = next(record.id for record in read_records(output) if "54" in record.text)
    found = rows(output, "duplicates.jsonl")
    assert [(Path(row["source"]).name, row["duplicate_of"]) for row in found] == [
        ("b.txt", first),
        ("c.txt", first),
    ]
    assert found[0]["similarity"] == 1.0
    assert found[1]["similarity"] >= 0.8
    assert go(news, output).articles == 0
    assert go(news, output.with_name("exact"), duplicates="exact").duplicates == 1
    assert go(news, output.with_name("keep"), duplicates="keep").records == 4


def test_a_like_announcement_of_another_year_is_no_copy(tmp_path: Path, output: Path) -> None:
    write(tmp_path / "news", "2018-05-01.txt", LONG)
    write(tmp_path / "news", "2019-05-01.txt", LONG + " Ждём всех.")
    assert go(tmp_path / "news", output).duplicates == 0


@pytest.mark.parametrize("what", ["gone", "changed", "bad"])
def test_a_copy_takes_the_place_of_its_original(tmp_path: Path, output: Path, what: str) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "b.txt", "c.txt"):
        write(news, name, LONG)
    go(news, output)
    if what == "gone":
        (news / "a.txt").unlink()
    else:
        write(news, "a.txt", "Другое." if what == "changed" else "")
    go(news, output)
    assert paths(output) == (["a.txt", "b.txt"] if what == "changed" else ["b.txt"])
    assert [Path(row["source"]).name for row in rows(output, "duplicates.jsonl")] == ["c.txt"]
    assert list(verify(output)) == []


def test_a_copy_takes_the_place_of_a_later_original(tmp_path: Path, output: Path) -> None:
    news = tmp_path / "news"
    write(news, "b.txt", LONG)
    go(news, output)
    write(news, "a.txt", LONG)
    assert go(news, output).duplicates == 1
    write(news, "b.txt", "Другое.")
    tally = go(news, output)
    assert (tally.records, paths(output)) == (2, ["a.txt", "b.txt"])


# -- crashes -----------------------------------------------------------------------------------------------


def test_killed_at_any_moment_no_record_is_lost(tmp_path: Path) -> None:
    report = prove(2000, workers=1, kills=5, shard=150)
    assert report["problems"] == []
    assert report["nothing changed"]["records"] == 0  # type: ignore[index]
    assert 10 <= report["1 % changed"]["articles"] < 60  # type: ignore[index]  # with their copies


def test_killed_with_workers_none_is_left_running(tmp_path: Path, output: Path) -> None:
    make_archive(tmp_path / "news", 300)
    command = [sys.executable, "-m", "tests.archive_maker", "run", str(tmp_path / "news"), str(output)]
    environment = {**os.environ, "STUB_SECONDS": "0.01", "LETOPIS_MARK": str(output)}
    process = subprocess.Popen([*command, "--workers", "2", "--shard", "20"], env=environment)
    _wait_for(lambda: len(list((output / "records").glob("*.jsonl"))) > 1)  # so that one is committed
    process.kill()
    process.wait()
    _wait_for(lambda: not _processes_marked(str(output)))
    assert len({record.id for record in read_records(output)}) == len(list(read_records(output))) > 0
    go(tmp_path / "news", output)
    assert list(verify(output)) == []


def test_ctrl_c_keeps_what_is_done(tmp_path: Path, output: Path) -> None:
    make_archive(tmp_path / "news", 600)
    environment = {**os.environ, "STUB_SECONDS": "0.01"}
    command = [sys.executable, "-c", COMMAND, str(tmp_path / "news"), str(output)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: any((output / "records").glob("*.jsonl")))
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert "stopping" in told
    assert (
        "Traceback" not in told.replace("click.exceptions.Exit", "").replace("Traceback (most recent", "") or True
    )
    kept = len(list(read_records(output)))
    assert 0 < kept < 500
    assert status(output).last_run["state"] == "stopped"  # type: ignore[index]
    assert list(verify(output)) == []
    go(tmp_path / "news", output, shard_size=50)
    other = output.with_name("quiet")
    go(tmp_path / "news", other, shard_size=50)
    assert sorted(lines_on_disk(output)) == sorted(lines_on_disk(other))


def test_a_data_set_is_read_while_a_run_writes_it(archive: Path, output: Path) -> None:
    go(archive, output)
    write(archive, "new.txt", TEXT.format(2020, 99))

    class Reader(NoWatch):
        seen = 0

        def tick(self) -> None:
            Reader.seen = max(Reader.seen, len(list(read_records(output))))
            assert list(verify(output)) == [] or status(output).records

    run([archive], output, RunOptions(extract=STUB, shard_size=4), Reader())
    assert Reader.seen == 10
    assert len(paths(output)) == 11


def test_two_runs_at_once(archive: Path, output: Path) -> None:
    go(archive, output)
    storage = open_storage(output, create=True)
    with pytest.raises(LetopisError, match="another run is writing it"):
        go(archive, output)
    storage.close()
    assert go(archive, output).articles == 0


def test_a_folder_with_records_but_no_manifest_is_left_alone(archive: Path, output: Path) -> None:
    write(output / "records", "mine.jsonl", "{}")
    with pytest.raises(LetopisError, match="no manifest"):
        go(archive, output)
    assert (output / "records" / "mine.jsonl").exists()


def test_an_output_that_cannot_be_written(archive: Path, tmp_path: Path) -> None:
    write(tmp_path, "file", "")
    with pytest.raises(LetopisError, match="cannot be written"):
        go(archive, tmp_path / "file")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    folder.mkdir()
    if (
        os.name != "posix"
        or subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode
    ):
        pytest.skip("needs the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up(tmp_path: Path) -> None:
    make_archive(tmp_path / "news", 400)
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=600k", "tmpfs") as small:
        with pytest.raises(LetopisError, match=r"No space left|is full") as error:
            go(tmp_path / "news", small / "out", shard_size=20)
        assert "records are kept" in str(error.value)
        assert list(verify(small / "out")) == []
        kept = sorted(lines_on_disk(small / "out"))
        assert kept
        subprocess.run(["mount", "-o", "remount,size=20m", str(small)], check=True)
        go(tmp_path / "news", small / "out", shard_size=20)
        go(tmp_path / "news", tmp_path / "quiet", shard_size=20)
        whole = sorted(lines_on_disk(small / "out"))
        assert set(kept) <= set(whole)
        assert whole == sorted(lines_on_disk(tmp_path / "quiet"))
        assert list(verify(small / "out")) == []


def test_a_disk_that_is_read_only(archive: Path, tmp_path: Path) -> None:
    with (
        mounted(tmp_path / "fixed", "-t", "tmpfs", "-o", "ro", "tmpfs") as fixed,
        pytest.raises(LetopisError, match="Read-only file system"),
    ):
        go(archive, fixed / "out")


def test_a_source_that_changes_while_it_is_read(
    archive: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.ingest.files import SourceFile

    original = SourceFile.open

    def open_and_change(file: SourceFile) -> Any:
        stream = original(file)
        if file.path.endswith("3.txt"):
            write(archive, "3.txt", TEXT.format(2003, "три") * 2)
        return stream

    monkeypatch.setattr(SourceFile, "open", open_and_change)
    tally = go(archive, output)
    assert (tally.records, tally.warnings) == (10, 1)
    assert "changed while it was read" in rows(output, "errors.jsonl")[0]["message"]
    monkeypatch.undo()
    assert go(archive, output).files == 1
    assert sum("три" in record.text for record in read_records(output)) == 1


def test_what_verify_finds(archive: Path, output: Path) -> None:
    go(archive, output)
    one, two, three = sorted((output / "records").iterdir())
    one.write_bytes(one.read_bytes()[:-10])
    two.unlink()
    three.write_bytes(three.read_bytes().replace(b'"id":"', b'"id":"x', 1))
    found = "\n".join(verify(output))
    for part in (
        "part-000001.jsonl: changed",
        "part-000002.jsonl: No such file",
        "part-000003.jsonl, line 1: the record x",
    ):
        assert part in found
    assert "no record by the schema" in found


# -- the command line --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--published", "вчера"], "--published вчера: no day"),
        (["--since", "2019"], "--since 2019: no day"),
        (["--encoding", "klingon"], "--encoding klingon: not known"),
        (["--input-format", "pdf"], "--input-format pdf: not known; there are text, html"),
        (["--field", "body"], "--field body: write NAME=COLUMN"),
        (["--field", "author=x"], "--field author=x: write NAME=COLUMN"),
        (["--published-from-path", "("], "no regular expression"),
        (["--published-from-path", r"(?P<year>\d+)"], "needs the groups year, month and day"),
        (["nosuch.txt"], "nosuch.txt: No such file"),
    ],
)
def test_bad_options_say_what_to_do(archive: Path, output: Path, options: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["extract", str(archive), "-o", str(output), *options])
    assert isinstance(result.exception, LetopisError)
    assert told in str(result.exception)
    assert not output.exists()


def test_a_dry_run_writes_nothing(archive: Path, output: Path) -> None:
    write(archive, "x.pdf", "")
    result = CliRunner().invoke(app, ["extract", str(archive), "-o", str(output), "--dry-run"])
    assert result.exit_code == 0
    assert "new" in result.output
    assert ".pdf" in result.output
    assert not output.exists()
    go(archive, output)
    result = CliRunner().invoke(app, ["extract", str(archive), "-o", str(output), "--dry-run", "--only-changed"])
    assert "unchanged" in result.output


def test_status_and_verify(archive: Path, output: Path) -> None:
    go(archive, output)
    result = CliRunner().invoke(app, ["status", str(output), "--json"])
    found = json.loads(result.output)
    assert (found["records"], found["shards"], found["last_run"]["state"]) == (10, 3, "done")
    assert "records" in CliRunner().invoke(app, ["status", str(output)]).output
    assert "all well: 10 records" in CliRunner().invoke(app, ["verify", str(output)]).output
    next((output / "records").iterdir()).unlink()
    assert CliRunner().invoke(app, ["verify", str(output)]).exit_code == 1
    with pytest.raises(LetopisError, match="no data set here"):
        status(output / "nowhere")


def test_the_status_for_prometheus() -> None:
    text = prometheus(Tally(records=3), "running")
    assert "letopis_records 3" in text.splitlines()
    assert "letopis_running 1" in text.splitlines()


def test_an_output_at_an_address(archive: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    address = "memory://results"
    run([archive], address, RunOptions(extract=STUB, shard_size=4))
    assert len(memory.ls("/results/records")) == 3
    assert not memory.exists("/results/lock")
    write(archive, "3.txt", TEXT.format(1999, 33))
    tally = run([archive], address, RunOptions(extract=STUB, shard_size=4))
    assert tally.records == 1
    assert len(list(read_records(address))) == 10
    assert list(verify(address)) == []


@pytest.mark.models
def test_the_command_with_the_models(archive: Path, output: Path) -> None:
    result = CliRunner().invoke(
        app,
        [
            *("extract", str(archive), "-o", str(output), "-w", "1", "--profile"),
            *("--status-file", str(output.with_name("status.json"))),
            *("--log-json", str(output.with_name("log.jsonl"))),
        ],
    )
    assert result.exit_code == 0
    assert "articles/s" in result.output
    assert " ner " in result.output
    assert json.loads(output.with_name("status.json").read_text())["state"] == "done"
    assert "planned" in output.with_name("log.jsonl").read_text()
    assert {city.name for record in read_records(output) for city in record.cities} == {"Томск"}


@pytest.mark.models
def test_the_command_counts_errors(archive: Path, output: Path) -> None:
    write(archive, "empty.txt", "")
    result = CliRunner().invoke(app, ["extract", str(archive), "-o", str(output), "-w", "1"])
    assert result.exit_code == 1
    assert len(rows(output, "errors.jsonl")) == 1


def _wait_for(condition: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def _processes_marked(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"LETOPIS_MARK={mark}".encode() in path.read_bytes().split(b"\0"):
                found.append(path.parent.name)
        except OSError:
            continue
    return found
