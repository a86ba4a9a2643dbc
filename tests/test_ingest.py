"""Reading: encodings, formats, days, and every kind of bad input."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.article import Article
from pipeline.errors import LetopisError
from pipeline.ingest import ReadOptions, SourceError, read_articles, read_first, streams
from pipeline.ingest.days import day_in_path, normalize_day
from pipeline.ingest.encoding import Undecodable, decode
from pipeline.ingest.files import Listing
from pipeline.ingest.formats import format_of
from pipeline.ingest.html import read_fragment, read_page

TEXT = "В Томске прошёл форум «Ресурсные центры». Участвовали 54 представителя из 12 регионов."
PAGE = """<!doctype html><html><head><meta charset="{charset}"><title>Форум в Томске</title>
<meta property="article:published_time" content="2019-10-02T10:00:00+07:00"></head><body>
<nav><a href="/">Главная</a> <a href="/news">Новости</a></nav>
<article><h1>Форум в Томске</h1><p>26 сентября в Томске прошёл форум ресурсных центров Сибири.</p>
<p>В нём приняли участие 54 представителя некоммерческих организаций из двенадцати регионов страны.</p></article>
<footer>© Наш сайт</footer></body></html>"""


def read(*sources: Path | str, **options: object) -> list[Article | SourceError]:
    return list(read_articles(sources, ReadOptions(**options)))  # type: ignore[arg-type]


def only_error(*sources: Path | str, **options: object) -> SourceError:
    (found,) = read(*sources, **options)
    assert isinstance(found, SourceError)
    return found


def texts(found: list[Article | SourceError]) -> list[str]:
    return [one.text if isinstance(one, Article) else f"! {one.seen}" for one in found]


# -- encodings ---------------------------------------------------------------------------------------------

SENTENCES = [
    "Форум прошёл в Томске.",
    "Наталья Усольцева, директор фонда",
    "Подведены итоги конкурса президентских грантов: поддержано 54 проекта из 12 регионов.",
    "НОВОСТИ НЕКОММЕРЧЕСКИХ ОРГАНИЗАЦИЙ СИБИРИ И ДАЛЬНЕГО ВОСТОКА",
    "ЁЛКА желаний: объявлен сбор",
]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "cp866", "iso-8859-5"])
@pytest.mark.parametrize("text", SENTENCES)
def test_russian_encodings_are_recognised(encoding: str, text: str) -> None:
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding) == (text, encoding)


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
def test_unicode_with_and_without_a_mark(codec: str, name: str, text: str) -> None:
    found = decode(text.encode(codec))
    assert (found.text, found.encoding) == (text, name)


def test_a_doubtful_encoding_is_said() -> None:
    assert "doubtful" in decode("Мэр".encode("koi8-r")).warnings[0]
    assert decode(TEXT.encode("koi8-r", "replace")).warnings == ()


@pytest.mark.parametrize(
    ("data", "seen"),
    [
        (bytes(range(256)) * 8, "binary"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 9, "binary"),
        (b"abc\0\0def", "binary"),
        ("Новости некоммерческих организаций".encode().decode("cp1251", "replace").encode(), "mojibake"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, seen: str) -> None:
    with pytest.raises(Undecodable, match=seen):
        decode(data)


def test_an_encoding_that_is_told_is_believed_or_refused() -> None:
    assert decode("Уфа".encode("koi8-r"), encoding="koi8-r").text == "Уфа"
    with pytest.raises(Undecodable, match="not utf-8: byte 0x"):
        decode("Уфа".encode("cp1251"), encoding="utf-8")


def test_a_few_broken_bytes_in_utf8_do_not_change_the_encoding() -> None:
    found = decode(TEXT.encode()[:-1] + b"\xd0\xff" + TEXT.encode())
    assert found.encoding == "utf-8"
    assert "broken characters" in found.warnings[0]


@given(st.text(st.characters(exclude_characters="\0\4")))
def test_utf8_round_trip(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    try:
        assert decode(data).text == data.decode().removeprefix("\ufeff")
    except Undecodable:
        assert "\0" in text or "Р" in text or "С" in text


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    with suppress(Undecodable):
        assert isinstance(decode(data).text, str)


# -- days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2019-10-02", "2019-10-02"),
        ("2019-10-02T23:30:00+03:00", "2019-10-02"),
        ("2019-10-02 10:00", "2019-10-02"),
        ("2019/10/02", "2019-10-02"),
        ("02.10.2019", "2019-10-02"),
        ("2.10.2019 12:00", "2019-10-02"),
        ("Wed, 02 Oct 2019 10:00:00 +0300", "2019-10-02"),
        (1570000000, "2019-10-02"),
        ("1570000000000", "2019-10-02"),
        ("вчера", None),
        ("31.02.2019", None),
        ("", None),
    ],
)
def test_days_in_any_form(value: object, day: str | None) -> None:
    assert normalize_day(value) == day


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("news/2019/10/02/forum.txt", "2019-10-02"),
        ("news/2019-10-02_forum.txt", "2019-10-02"),
        ("20191002.txt", "2019-10-02"),
        ("2018/news/2019_10_02.txt", "2019-10-02"),
        ("news/2019/13/02/a.txt", None),
        ("news/2019-02-30.txt", None),
        ("inn/7720191002123.txt", None),
        ("news/2019/a.txt", None),
    ],
)
def test_days_in_paths(path: str, day: str | None) -> None:
    assert day_in_path(path, ReadOptions().path_pattern()) == day


def test_the_day_comes_from_the_first_that_states_it(tmp_path: Path) -> None:
    path = tmp_path / "2019-10-02.jsonl"
    rows = [{"text": TEXT, "published": "01.05.2018"}, {"text": TEXT}, {"text": TEXT, "published": "весной"}]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    own, by_path, unclear = read(path)
    assert own.source.published == "2018-05-01"
    assert by_path.source.published == unclear.source.published == "2019-10-02"
    assert "весной" in unclear.warnings[0]
    assert read(path, published="2017-01-01")[1].source.published == "2017-01-01"
    pattern = r"(?P<day>\d\d)_(?P<month>\d\d)_(?P<year>\d{4})"
    other = tmp_path / "02_10_2019.txt"
    other.write_text(TEXT)
    assert read(other, published_from_path=pattern)[0].source.published == "2019-10-02"


# -- formats -----------------------------------------------------------------------------------------------


def test_names_tell_formats() -> None:
    table = [
        ("a.txt", "text", None),
        ("A.HTM", "html", None),
        ("a.jsonl.gz", "jsonl", ".gz"),
        ("a.tgz", "tar", ".gz"),
        ("a.warc.gz", "warc", ".gz"),
        ("a.pdf", None, None),
    ]
    assert [(name, *format_of(name)) for name, _, _ in table] == table


def test_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "новость с пробелом.txt"
    path.write_bytes(TEXT.replace(" ", "\r\n", 1).encode("cp1251"))
    (article,) = read(path)
    assert article.text == TEXT.replace(" ", "\n", 1)
    assert article.source.path == str(path)
    assert (article.source.encoding, article.source.media_type) == ("windows-1251", "text/plain")
    assert article.id == read(path)[0].id


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
def test_a_page_of_html(tmp_path: Path, charset: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.format(charset=charset).replace("©", "").encode(charset))
    (article,) = read(path)
    assert "54 представителя" in article.text
    assert "Главная" not in article.text
    assert article.source.title == "Форум в Томске"
    assert article.source.published == "2019-10-02"
    assert article.source.encoding == charset


@pytest.mark.parametrize("declared", ["iso-8859-1", "utf-8", "klingon"])
def test_a_declaration_that_is_wrong(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.format(charset=declared).replace("©", "").encode("cp1251"))
    (article,) = read(path)
    assert "54 представителя" in article.text
    assert article.source.encoding == "windows-1251"


def test_a_fragment_is_all_text() -> None:
    html = "<p>Форум <b>прошёл</b> в&nbsp;Томске.<script>x</script></p>Итоги:<ul><li>один<li>два</ul><!-- -->хвост"
    assert read_fragment(html).text == "Форум прошёл в\xa0Томске.\nИтоги:\nодин\nдва\nхвост"
    assert read_fragment("просто текст").text == "просто текст"
    assert "Томске" in read_fragment("<div>" * 200 + "В Томске").text
    read_fragment("<div>" * 50_000 + "В Томске")


def test_a_page_with_no_article() -> None:
    assert read_page("<html><body></body></html>").text == ""


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    rows = [
        {"id": "a02", "text": TEXT, "title": "Форум", "url": "https://example.org/1", "published": "2019-10-02"},
        {"html": "<p>Раз.</p><p>Два.</p>"},
        {"id": 7, "text": "Три."},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    first, second, third = read(path)
    assert (first.id, first.source.path, first.source.title) == ("a02", f"{path}/a02", "Форум")
    assert (second.text, second.source.path) == ("Раз.\nДва.", f"{path}/2")
    assert (third.id, third.source.path) == ("7", f"{path}/7")


def test_json_lines_with_other_names(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text(json.dumps({"body": TEXT, "meta": {"date": "2019-10-02"}}))
    (article,) = read(path, fields={"text": "body", "published": "meta.date"})
    assert (article.text, article.source.published) == (TEXT, "2019-10-02")
    assert "no field «text»; there are body, meta" in only_error(path).message


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251", "koi8-r"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "news.jsonl"
    text = TEXT.replace("«", '"').replace("»", '"')
    path.write_bytes((json.dumps({"text": text}, ensure_ascii=False) + "\n").encode(encoding) * 1)
    assert texts(read(path)) == [text]


def test_a_bad_line_costs_no_other(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    good = json.dumps({"text": TEXT}, ensure_ascii=False).encode()
    bad = [b'{"text": "cut', b"[1, 2]", b'{"title": "x"}', b'{"text": ""}', b'{"text": 5}', b'{"text": "\xff"}']
    bad += [b"[" * 100_000, b'{"text": "\\ud800 \xd0\xb0"}']
    path.write_bytes(b"\n".join([good, *bad, good, good[:-3]]))
    found = read(path)
    assert [isinstance(one, Article) for one in found] == [True] + [False] * 7 + [True, True, False]
    errors = [one for one in found if isinstance(one, SourceError)]
    assert [error.where for error in errors] == [f"line {n}" for n in (2, 3, 4, 5, 6, 7, 8, 11)]
    assert all(str(path) in error.message for error in errors)
    surrogate = found[8]
    assert surrogate.text == "\ufffd а"
    assert "surrogate" in surrogate.warnings[0]


def test_a_line_without_end_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_text('{"text": "' + "а" * 1_000_000 + '"}\n{"text": "Уфа."}\n')
    long, good = read(path, max_chars=1000)
    assert "a line of more than" in long.seen
    assert good.text == "Уфа."


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "news.csv"
    rows = [["id", "body", "date"], ["a1", 'В Томске,\nпрошёл "форум"; да', "02.10.2019"], ["a2", "", ""]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    path.write_bytes(out.getvalue().encode("cp1251"))
    article, empty = read(path, fields={"text": "body", "published": "date"})
    assert (article.text, article.id, article.source.published) == (rows[1][1], "a1", "2019-10-02")
    assert empty.where == "row 3"
    assert "no column «text»; there are id, body, date" in only_error(path).message


def test_parquet(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "news.parquet"
    pq.write_table(pa.table({"id": ["a1", "a2"], "text": [TEXT, None], "n": [1, 2]}), path)
    article, empty = read(path)
    assert (article.text, article.source.path) == (TEXT, f"{path}/a1")
    assert "empty" in empty.seen
    path.write_bytes(path.read_bytes()[:-20])
    assert "broken Parquet" in only_error(path).seen


RSS = """<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Новости</title>
<item><title>Форум</title><link>https://example.org/1</link><pubDate>Wed, 02 Oct 2019 10:00:00 +0300</pubDate>
<description>Начало.</description>
<content:encoded><![CDATA[<p>Форум прошёл в Томске.</p>]]></content:encoded></item>
<item><title>Пусто</title></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title>Форум</title>
<updated>2019-10-02T10:00:00Z</updated>
<content type="html">&lt;p&gt;Форум прошёл в Томске.&lt;/p&gt;</content></entry></feed>"""


def test_feeds(tmp_path: Path) -> None:
    pytest.importorskip("feedparser")
    rss, atom = tmp_path / "a.rss", tmp_path / "b.atom"
    rss.write_bytes(RSS.encode("cp1251"))
    atom.write_text(ATOM, encoding="utf-8")
    first, empty, second = read(rss, atom)
    assert (first.text, first.source.url) == ("Форум прошёл в Томске.", "https://example.org/1")
    assert first.source.published == second.source.published == "2019-10-02"
    assert (second.text, second.id) == (first.text, "tag:1")
    assert "entry without text" in empty.seen
    other = tmp_path / "c.xml"
    other.write_text("<a/>")
    assert "no entries" in only_error(other).seen


def make_warc(path: Path, pages: int = 3) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=path.suffix == ".gz")
        kinds = [("200 OK", "text/html; charset=windows-1251")] * pages
        kinds += [("404 Not Found", "text/html"), ("200 OK", "image/png")]
        for n, (status, kind) in enumerate(kinds):
            body = PAGE.format(charset="utf-8").replace("©", "").replace("54", str(54 + n)).encode("cp1251")
            http = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://example.org/2019/10/{n}", "response", payload=io.BytesIO(body), http_headers=http
            )
            writer.write_record(record)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_warc(tmp_path: Path, name: str) -> None:
    pytest.importorskip("warcio")
    path = tmp_path / name
    make_warc(path)
    found = read(path)
    assert [one.source.url for one in found] == [f"https://example.org/2019/10/{n}" for n in range(3)]
    assert "55 представителя" in found[1].text
    assert found[0].source.published == "2019-10-02"


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_warc_cut_in_the_middle(tmp_path: Path, name: str) -> None:
    pytest.importorskip("warcio")
    whole, path = tmp_path / f"whole-{name}", tmp_path / name
    make_warc(whole)
    data = whole.read_bytes()
    for share in (0.3, 0.5, 0.55):
        path.write_bytes(data[: int(len(data) * share)])
        *articles, error = read(path)
        assert isinstance(error, SourceError), share
        assert "cut off or damaged" in error.seen
        assert all(isinstance(one, Article) for one in articles)


# -- packed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".zst"])
def test_compressed_files(tmp_path: Path, suffix: str) -> None:
    if suffix == ".zst":
        pack = pytest.importorskip("zstandard").ZstdCompressor().compress
    else:
        pack = {".gz": gzip.compress, ".bz2": bz2.compress}[suffix]
    lines, text = tmp_path / f"news.jsonl{suffix}", tmp_path / f"a.txt{suffix}"
    rows = "".join(json.dumps({"text": f"{n}. {TEXT}"}) + "\n" for n in range(2000)).encode()
    lines.write_bytes(pack(rows))
    text.write_bytes(pack(TEXT.encode()))
    found = read(lines, text)
    assert len(found) == 2001
    assert found[-1].text == TEXT
    lines.write_bytes(pack(rows)[: len(pack(rows)) * 2 // 3])
    error = read(lines)[-1]
    assert isinstance(error, SourceError)
    assert "cut off or damaged" in error.seen


def test_a_file_that_is_not_what_its_name_says(tmp_path: Path) -> None:
    for name in ("a.txt.gz", "a.zip", "a.tar", "a.parquet", "a.warc"):
        path = tmp_path / name
        path.write_text(TEXT)
        assert str(path) in only_error(path).message


def test_zip(tmp_path: Path) -> None:
    path = tmp_path / "dump.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2019/10/02/x.txt", TEXT)
        archive.writestr("rows.jsonl", json.dumps({"id": "r1", "text": TEXT}))
        archive.writestr("../../etc/passwd.txt", TEXT)
        archive.writestr("inner.zip", b"PK")
        archive.writestr("picture.png", b"\x89PNG")
    found = read(path)
    assert [one.source.path for one in found[:2]] == [f"{path}/2019/10/02/x.txt", f"{path}/rows.jsonl/r1"]
    assert found[0].source.published == "2019-10-02"
    assert ["climbs" in found[2].seen, "inside an archive" in found[3].seen] == [True, True]
    assert len(found) == 4


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("dump.tar.gz" if mode == "w:gz" else "dump.tar")
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name in ("a.txt", "/abs.txt", "b.html"):
            data = (TEXT if name != "b.html" else PAGE.format(charset="utf-8")).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    a, climbs, b, link_error = read(path)
    assert (a.text, a.source.path) == (TEXT, f"{path}/a.txt")
    assert "climbs" in climbs.seen
    assert "54 представителя" in b.text
    assert "link" in link_error.seen


def test_a_russian_name_in_a_zip_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "dump.zip"
    with monkeypatch.context() as patch, zipfile.ZipFile(path, "w") as archive:
        patch.setattr(zipfile.ZipInfo, "_encodeFilenameFlags", lambda info: (info.filename.encode("cp866"), 0))
        archive.writestr("новость.txt", TEXT)
    assert read(path)[0].source.path == f"{path}/новость.txt"


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.zip"])
def test_bombs_are_stopped(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FREE_BYTES", 2**20)
    path, zeros = tmp_path / name, (b" " * 1023 + b"\n") * 2**16
    if name == "a.zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.jsonl", zeros)
    else:
        path.write_bytes(gzip.compress(zeros))
    error = only_error(path)
    assert "bomb" in error.seen or "too long" in error.seen


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [
        ("a.warc", "warcio", "warc"),
        ("a.parquet", "pyarrow", "parquet"),
        ("a.rss", "feedparser", "feeds"),
        ("a.txt.zst", "zstandard", "zstd"),
    ],
)
def test_a_missing_library_is_named_by_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, extra: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    monkeypatch.setitem(sys.modules, module, None)
    error = only_error(path)
    assert (
        error.message
        == f"{path}: needs the library {module}, which is not installed; pip install 'letopis[{extra}]'"
    )


# -- files -------------------------------------------------------------------------------------------------


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.txt",
        "2019/c.txt",
        "2018/d.html",
        "x.pdf",
        "y.gold.json",
        ".hidden.txt",
        ".git/e.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "2018" / "loop").symlink_to(tmp_path)
    listing = Listing([tmp_path])
    names = [Path(file.path).name for file in listing]
    assert names == ["a.txt", "b.txt", "d.html", "c.txt"]
    assert listing.skipped == {".pdf": 1, ".json": 1}
    assert [f.path for f in Listing([f"{tmp_path}/./"])] == [f.path for f in listing]


def test_the_same_file_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    for sources in ([path, path], [tmp_path, path], [path, tmp_path], [tmp_path, tmp_path]):
        listing = Listing(sources)
        assert [file.path for file in listing] == [str(path)]
        assert listing.repeated == [str(path)]


def test_a_source_that_is_not_there() -> None:
    with pytest.raises(LetopisError, match="нет такого"):
        read("нет такого.txt")


def test_addresses(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/arch/2019-10-02/a.txt", TEXT.encode())
    memory.pipe("/arch/b.jsonl.gz", gzip.compress(json.dumps({"text": TEXT}).encode()))
    first, second = read("memory://arch")
    assert first.text == second.text == TEXT
    assert first.source.path == "memory:///arch/2019-10-02/a.txt"
    with pytest.raises(LetopisError, match="nosuch"):
        read("nosuch://x")


def test_read_first(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT)
    assert read_first(path, published="2019-10-02").source.published == "2019-10-02"
    path.write_text(" ")
    with pytest.raises(LetopisError, match="blanks"):
        read_first(path)


# -- bad input ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "seen"),
    [
        ("empty.txt", b"", "empty"),
        ("mark.txt", b"\xef\xbb\xbf", "empty"),
        ("blank.txt", b" \r\n\t\xc2\xa0", "blanks"),
        ("binary.txt", os.urandom(4000) + b"\0", "binary"),
        ("none.html", b"<html><body><div></div></body></html>", "no article"),
        ("long.txt", "а".encode() * 10_000_000, "too long"),
        ("half.txt", "а".encode() * 1_000_001, "too long"),
    ],
)
def test_bad_input_names_the_source(tmp_path: Path, name: str, data: bytes, seen: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(TEXT)
    found = read(tmp_path)
    assert texts(found).count(TEXT) == 1
    (error,) = [one for one in found if isinstance(one, SourceError)]
    assert seen in error.seen
    assert error.message.startswith(f"{tmp_path / name}: ")


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("Форум\x07 прошёл\x00 в Томске." + TEXT * 100, "control characters"),
        ("The forum took place in Tomsk.", "little Russian"),
        ("🎉🎉🎉", "little Russian"),
        ("слово " * 20_000, "no end of a sentence"),
    ],
)
def test_odd_texts_are_read_with_a_warning(tmp_path: Path, text: str, warning: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": text}))
    (article,) = read(path)
    assert article.text == text
    assert any(warning in one for one in article.warnings)


def test_emoji_among_russian_words_are_nothing_odd(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("🎉 " + TEXT, encoding="utf-8")
    assert read(path)[0].warnings == ()


def test_a_file_without_read_permission() -> None:
    code = (
        "import os, sys\nfrom pipeline.ingest import read_articles\n"
        "if os.getuid() == 0: os.seteuid(65534)\n"
        "print([getattr(one, 'message', 'article') for one in read_articles(sys.argv[1:])])"
    )
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name in ("a.txt", "b.txt"):
            Path(folder, name).write_text(TEXT)
        Path(folder, "a.txt").chmod(0)
        run = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert "a.txt: cannot be read: Permission denied; give read permission" in run.stdout
    assert run.stdout.count("'article'") == 1


def whole_files(folder: Path) -> list[Path]:
    """A file of each format that is read without further libraries, and of those that are there."""
    rows = "".join(json.dumps({"text": f"{n}. {TEXT}"}, ensure_ascii=False) + "\n" for n in range(3)).encode()
    files = {"a.txt": TEXT.encode(), "a.html": PAGE.format(charset="utf-8").encode(), "a.jsonl": rows}
    files |= {"a.csv": f'id,text\n1,"{TEXT}"\n'.encode(), "a.txt.gz": gzip.compress(TEXT.encode() * 20)}
    files |= {"a.rss": RSS.encode("cp1251"), "a.txt.bz2": bz2.compress(TEXT.encode() * 20)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x/a.txt", TEXT * 20)
        archive.writestr("b.jsonl", rows)
    with tarfile.open(folder / "a.tar.gz", "w:gz") as tar:
        tar.add(folder / "a.txt")
    with suppress(ImportError):
        make_warc(folder / "a.warc")
        make_warc(folder / "a.warc.gz")
    with suppress(ImportError):
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"text": [TEXT, "x"]}), folder / "a.parquet")
    return sorted(path for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_give_errors_and_nothing_else(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    for path in whole_files(tmp_path):
        data = bytearray(path.read_bytes())
        match chance.choice(["flip", "cut", "insert", "zeros"]):
            case "flip":
                for _ in range(5):
                    data[chance.randrange(len(data))] = chance.randrange(256)
            case "cut":
                del data[chance.randrange(len(data)) :]
            case "insert":
                data[10:10] = chance.randbytes(30)
            case "zeros":
                start = chance.randrange(len(data))
                data[start : start + 20] = bytes(20)
        path.write_bytes(data)
        for found in read(path):
            assert isinstance(found, Article | SourceError)
