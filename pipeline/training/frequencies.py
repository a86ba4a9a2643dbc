"""How often lemmas are in general news: from the word counts of navec to ``resources/frequencies.tsv``.

navec's vocabulary, which the natasha wheel carries, gives counts of word forms in a billion words of news;
they are added up by lemma (pymorphy3, the likeliest reading). Lemmas rarer than ``MIN_PER_MILLION`` are left
out: for ranking phrases they are all alike.
Source: navec (Alexander Kukushkin, MIT licence).
"""

from __future__ import annotations

import gzip
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np

from pipeline.models.weights import EMBEDDING, data_folder
from pipeline.morphology import lemma

TABLE = Path(__file__).parent.parent / "resources" / "frequencies.tsv"
MIN_PER_MILLION = 3.0
MIN_COUNT = 300  # rarer forms hardly add to a lemma
HEADER = """\
# How often a lemma is in a million words of general news (ё written as е).
# Source: counts of word forms of navec_news_v1_1B_250K (Alexander Kukushkin, MIT licence), added up by lemma;
# written by `python -m pipeline.training frequencies`.
"""


def write_frequencies(path: Path = TABLE) -> Path:
    """Write the table of lemmas and their instances per million words."""
    counts, total = _read_counts()
    lemmas: Counter[str] = Counter()
    for word, count in counts.items():
        lemmas[lemma(word)] += count
    rows = {word: 1e6 * count / total for word, count in lemmas.items()}
    lines = [f"{word}\t{value:.0f}\n" for word, value in sorted(rows.items()) if value >= MIN_PER_MILLION]
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def _read_counts() -> tuple[dict[str, int], int]:
    """Counts of the Russian words of navec's vocabulary, and of all its words together."""
    with tarfile.open(data_folder() / "emb" / f"{EMBEDDING}.tar") as archive:
        member = archive.extractfile("vocab.bin")
        data = gzip.decompress(member.read()) if member else b""
    size = int(np.frombuffer(data, np.uint32, count=1)[0])
    counts = np.frombuffer(data, np.uint32, count=size, offset=4)
    words = data[4 + 4 * size :].decode().splitlines()
    russian = {
        word: int(count)
        for word, count in zip(words, counts, strict=True)
        if count >= MIN_COUNT and "а" <= word[0].replace("ё", "е") <= "я"
    }
    return russian, int(counts.sum())
