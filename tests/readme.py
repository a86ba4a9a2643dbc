"""The generated parts of the README, between ``<!-- name -->`` and ``<!-- /name -->``.

``python -m tests.readme`` writes them anew from what the commands print (``extract``, ``sources``, ``scores``);
``--speed`` runs the benchmark too, which wants a quiet machine. ``tests/test_readme.py`` checks what stays the
same from one machine to the next.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

README = ROOT / "README.md"
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


def speed_table() -> str:
    """Run the benchmark and return its table."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "speed.md"
        subprocess.run([sys.executable, "-m", "tests.benchmark", "--markdown", table], check=True, cwd=ROOT)
        return table.read_text(encoding="utf-8").strip("\n")


def main() -> None:
    from tests.scores import table

    text = README.read_text(encoding="utf-8")
    text = replace(text, "extract", extract_output())
    text = replace(text, "sources", SOURCES)
    text = replace(text, "scores", table())
    if "--speed" in sys.argv:
        text = replace(text, "speed", speed_table())
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
