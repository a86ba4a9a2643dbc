"""Synthetic archives, and the proof that a run over one can be killed at any moment.

python -m tests.archive_maker make FOLDER NUMBER      articles from the sample corpus and a seed:
                                                      10 % reprints, 1 % bad, in .txt, .jsonl and .jsonl.gz
python -m tests.archive_maker run FOLDER OUTPUT       read it (with a stub for the extraction; --real without)
python -m tests.archive_maker prove NUMBER            make, run undisturbed, run killed ten times, compare
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.article import Article
from pipeline.batch.inspect import verify
from pipeline.batch.options import RunOptions
from pipeline.batch.records import read_lines
from pipeline.batch.run import run
from pipeline.batch.work import DEFAULT_EXTRACT
from pipeline.record import Date, Produced, Record

CORPUS = Path(__file__).parent.parent / "corpus" / "news"
STUB = "tests.archive_maker:stub_extract"
LINES = 500  # articles in a file of JSON Lines
BAD_TEXTS: list[bytes] = [b"", b"  \n", bytes(range(256)) * 4, "Новости фонда".encode().decode("cp1251").encode()]
BAD_LINES = ['{"text": "оборвано', "[]", '{"title": "без текста"}', '{"text": ""}']
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def stub_extract(articles: Iterable[Article]) -> Iterator[Record]:
    """Records with the years of a text for dates: the shape of the work without its weight."""
    pause = float(os.environ.get("STUB_SECONDS", "0"))
    for article in articles:
        time.sleep(pause)
        if "@@УБЕЙ" in article.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "@@СЛОМАЙ" in article.text:
            raise RuntimeError("как просили")
        dates = tuple(
            Date(id=f"date-{n}", start=m.start(), end=m.end(), text=m[0], precision="year")
            for n, m in enumerate(YEAR.finditer(article.text), 1)
        )
        produced = Produced(version="stub")
        yield Record(id=article.id, source=article.source, produced=produced, text=article.text, dates=dates)


@dataclass(frozen=True)
class Made:
    """What an archive holds."""

    unique: int
    reprints: int
    bad: int


def make_archive(folder: Path, number: int, *, seed: int = 1) -> Made:
    """Write an archive: one half plain texts in folders by day, one half lines of JSON, a part of them packed."""
    chance = random.Random(seed)
    sentences = _sentences()
    texts: list[str] = []
    counts = {"unique": 0, "reprint": 0, "bad": 0}
    lines: list[str] = []
    for n in range(number):
        kind = chance.choices(["unique", "reprint", "bad"], weights=[89, 10, 1])[0] if texts else "unique"
        counts[kind] += 1
        if kind == "unique":
            texts.append(_text(chance, sentences, n))
        text = texts[-1] if kind == "unique" else _reprint(chance, chance.choice(texts[-1000:]))
        if n % 2:
            path = folder / f"{2010 + n % 10}" / f"{1 + n % 12:02d}" / f"{1 + n % 28:02d}" / f"a{n:07d}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(chance.choice(BAD_TEXTS) if kind == "bad" else text.encode())
        else:
            row = json.dumps({"id": f"j{n:07d}", "text": text}, ensure_ascii=False)
            lines.append(chance.choice(BAD_LINES) if kind == "bad" else row)
        if lines and (len(lines) == LINES or n >= number - 2):
            _write_lines(folder / "lines" / f"{n:07d}", lines, pack=chance.random() < 0.3)
            lines = []
    return Made(counts["unique"], counts["reprint"], counts["bad"])


def _sentences() -> list[str]:
    found = []
    for path in sorted(CORPUS.glob("*.txt")):
        found += [line for line in path.read_text(encoding="utf-8").splitlines() if 40 < len(line) < 400]
    return found


def _text(chance: random.Random, sentences: list[str], n: int) -> str:
    return "\n".join([f"Сообщение {n}", *chance.sample(sentences, chance.randint(4, 9))])


def _reprint(chance: random.Random, text: str) -> str:
    """The same with other blanks, or with a line of the one who reprints it."""
    if chance.random() < 0.5 or len(text.split()) < 150:
        return text.replace(" ", "  ", 3).upper() if chance.random() < 0.5 else text + "\n"
    return f"{text}\nПерепечатано из рассылки агентства."


def _write_lines(path: Path, lines: list[str], *, pack: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    if pack:
        path.with_suffix(".jsonl.gz").write_bytes(gzip.compress(data, 1, mtime=0))
    else:
        path.with_suffix(".jsonl").write_bytes(data)


def run_archive(folder: Path, output: Path, *, workers: int, real: bool, shard: int) -> None:
    """Read an archive and print what was done and the peak of memory of this process."""
    extract = DEFAULT_EXTRACT if real else STUB
    tally = run([folder], output, RunOptions(workers=workers, extract=extract, shard_size=shard))
    print(json.dumps({**tally.to_dict(), "peak_mb": _peak_mb()}))


def _peak_mb() -> int | None:
    """The peak of memory since the start (getrusage counts that of the parent before it, too)."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), None)


def prove(number: int, *, workers: int, kills: int, real: bool = False, shard: int = 1000) -> dict[str, object]:
    """Kill a run ``kills`` times at random moments; raises ``RuntimeError`` if its end differs from a quiet run."""
    with tempfile.TemporaryDirectory() as name:
        folder, quiet, killed = (Path(name, part) for part in ("archive", "quiet", "killed"))
        made = make_archive(folder, number)
        command = [sys.executable, "-m", "tests.archive_maker", "run", str(folder)]
        options = ["--workers", str(workers), "--shard", str(shard)] + ["--real"] * real
        started = time.time()
        report = json.loads(_finish([*command, str(quiet), *options]))
        whole = time.time() - started
        chance = random.Random(number)
        for _ in range(kills):  # from before the first shard to after the last
            _kill([*command, str(killed), *options], after=chance.uniform(0.5, max(1.0, whole)))
        last = json.loads(_finish([*command, str(killed), *options]))
        started = time.time()
        again = json.loads(_finish([*command, str(killed), *options]))
        idle = time.time() - started
        problems = _compare(quiet, killed)
        _change(folder, chance, share=0.01)
        started = time.time()
        changed = json.loads(_finish([*command, str(killed), *options]))
        return {
            "made": made,
            "quiet": report,
            "after the kills": last,
            "nothing changed": {"seconds": round(idle, 2), "of": round(whole, 2), **again},
            "1 % changed": {"seconds": round(time.time() - started, 2), **changed},
            "problems": problems + list(verify(killed)),
        }


def _change(folder: Path, chance: random.Random, *, share: float) -> None:
    """Change so many of the plain texts."""
    paths = sorted(folder.rglob("*.txt"))
    for path in chance.sample(paths, round(share * len(paths))):
        path.write_bytes(path.read_bytes() + "\nИсправлено: в 2021 году.".encode())


def _finish(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.splitlines()[-1]


def _kill(command: list[str], *, after: float) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after)
    process.kill()
    process.wait()


def _compare(quiet: Path, killed: Path) -> list[str]:
    """What is different between two data sets, and what is wrong with the second."""
    problems = list(verify(killed))
    if sorted(read_lines(quiet)) != sorted(read_lines(killed)):
        problems.append("the records differ")
    plain = sorted(line for path in killed.glob("records/*.jsonl") for line in path.read_bytes().splitlines())
    if plain != sorted(read_lines(killed)):
        problems.append("the files hold other records than the manifest says")
    for name in ("errors.jsonl", "duplicates.jsonl"):
        one, other = (
            sorted((folder / name).read_text(encoding="utf-8").splitlines()) for folder in (quiet, killed)
        )
        if one != other:
            problems.append(f"{name}: {len(one)} rows, {len(other)} after the kills")
    return problems


def main() -> None:
    """The command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["make", "run", "prove"])
    parser.add_argument("arguments", nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--shard", type=int, default=1000)
    parser.add_argument("--real", action="store_true", help="with the models")
    options = parser.parse_args()
    first = options.arguments[0]
    if options.what == "make":
        print(make_archive(Path(first), int(options.arguments[1])))
    elif options.what == "run":
        output = Path(options.arguments[1])
        run_archive(Path(first), output, workers=options.workers, real=options.real, shard=options.shard)
    else:
        report = prove(
            int(first), workers=options.workers, kills=options.kills, real=options.real, shard=options.shard
        )
        print(json.dumps(report, default=str, indent=1, ensure_ascii=False))
        sys.exit(bool(report["problems"]))


if __name__ == "__main__":
    main()
