"""The generated parts of the README, between ``<!-- name -->`` and ``<!-- /name -->``.

``python -m tests.readme`` writes them anew from what the commands print (``extract``, ``sources``, ``scores``);
``--speed`` runs the benchmark too, which wants a quiet machine. ``tests/test_readme.py`` checks what stays the
same from one machine to the next.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

README = ROOT / "README.md"
PICTURE = ROOT / ".github" / "show.svg"
PICTURED = "2023-04-04_a02"
SOURCES = """\
| source | what is read |
| --- | --- |
| `.txt` | one article; UTF-8, UTF-16, windows-1251, KOI8-R … are recognised and said in the record |
| `.html`, `.htm` | the article by trafilatura, with its title and date |
| `.jsonl` | an article a line: `text` or `html`, optional `id`, `url`, `title`, `published` (`--field text=body`) |
| `.csv`, `.parquet` | the same as columns; Parquet with `letopis[parquet]` |
| `.rss`, `.atom`, `.xml` | the entries of a feed, with `letopis[feeds]` |
| `.warc` | HTML responses with their URL and date, with `letopis[warc]` |
| `.zip`, `.tar` | any of these, read without unpacking to disk |
| `.gz`, `.zst` | any of these, compressed; Zstandard with `letopis[zstd]` |
| `s3://…`, `hdfs://…` | by fsspec, with `letopis[remote]` and the driver |
| `-` | standard input (`--input-format jsonl`) |"""


def section(text: str, name: str) -> str:
    """Return what stands between the marks of a section."""
    match = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.S)
    if match is None:
        raise ValueError(f"README.md has no section {name}")
    return match[1].strip("\n")


def replace(text: str, name: str, content: str) -> str:
    """Return the README with a section replaced."""
    old = section(text, name)
    marks = f"<!-- {name} -->\n{old}\n" if old else f"<!-- {name} -->\n"
    return text.replace(marks, f"<!-- {name} -->\n{content}\n", 1)


def extract_output() -> str:
    """Run the README's main job and return what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pipeline.cli", "extract", "corpus/news", "--output", "results"]
        command[-1] = str(Path(folder) / "results")
        printed = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, text=True).stdout
    lines = [line.rstrip() for line in printed.replace(command[-1], "results").splitlines()]
    return "```text\n" + "\n".join(line for line in lines if line) + "\n```"


def picture() -> str:
    """Draw what ``letopis show`` prints, as SVG with the reader's own fonts."""
    from rich.console import Console

    import pipeline
    from pipeline.show import render_terminal

    article = ROOT / "corpus" / "news" / f"{PICTURED}.txt"
    record = pipeline.extract(article.read_text(encoding="utf-8"), published=PICTURED[:10])
    console = Console(record=True, width=118, file=io.StringIO())
    console.print(render_terminal(record))
    drawn = console.export_svg(title=f"letopis show corpus/news/{PICTURED}.txt", unique_id="letopis")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.S)


def speed_table() -> str:
    """Run the benchmark and return its table."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "speed.md"
        subprocess.run([sys.executable, "-m", "tests.benchmark", "--markdown", table], check=True, cwd=ROOT)
        said = "One thread, both on the same texts in turn (`python -m tests.benchmark`):"
        return said + "\n\n" + table.read_text(encoding="utf-8").strip("\n")


def main() -> None:
    from tests.scores import table

    text = README.read_text(encoding="utf-8")
    text = replace(text, "extract", extract_output())
    text = replace(text, "sources", SOURCES)
    text = replace(text, "scores", table())
    if "--speed" in sys.argv:
        text = replace(text, "speed", speed_table())
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
