"""Reprints: the same text again, or nearly.

Exact copies have the same words in the same order (case, ё, punctuation and blanks apart). Near copies are
found by MinHash over the sets of three successive words (datasketch), banded into the manifest, so that memory
does not grow with the archive. A near copy must also agree in what a reprint keeps and a new article on the
same lines changes: its numbers are those of the other (or some of them), and where both days of publication
are known, they are no further apart than a month.

Source: A. Broder, On the resemblance and containment of documents (1997).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import blake2b
from typing import Any

from pipeline.batch.manifest import Manifest

WORD = re.compile(r"\w+")
PERMUTATIONS = 128
SHINGLE = 3
LEAST_WORDS = 40  # a shorter text has too few shingles to tell a near copy from a like notice
MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a text is compared: the hash of its words, and for near copies MinHash values and numbers."""

    text_hash: bytes
    hashes: bytes = b""  # 128 values, uint32 of this machine
    numbers: str = ""


def sign(text: str, *, near: bool) -> Signature:
    """Make the signature of a text."""
    words = WORD.findall(text.casefold().replace("ё", "е"))
    text_hash = blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=16).digest()
    if not near or len(words) < LEAST_WORDS:
        return Signature(text_hash)
    from datasketch import MinHash

    shingles = {
        " ".join(words[i : i + SHINGLE]).encode("utf-8", "replace") for i in range(len(words) - SHINGLE + 1)
    }
    minhash = MinHash(num_perm=PERMUTATIONS)
    minhash.update_batch(shingles)
    numbers = " ".join(sorted({word for word in words if word.isdecimal()}))
    return Signature(text_hash, minhash.hashvalues.astype("uint32").tobytes(), numbers)


class Duplicates:
    """The index of texts in a manifest; ``threshold`` is the least Jaccard similarity, ``None`` for exact only."""

    def __init__(self, manifest: Manifest, threshold: float | None) -> None:
        self._manifest, self._threshold = manifest, threshold

    def find(self, number: int, signature: Signature, published: str | None) -> tuple[int, float] | None:
        """The article that this one repeats, and how alike they are (1.0: the same words)."""
        same = self._manifest.same_text(signature.text_hash, number)
        if same is not None:
            return same, 1.0
        if self._threshold is None or not signature.hashes:
            return None
        found = [
            match for match in self._candidates(number, signature) if self._is_copy(match, signature, published)
        ]
        best = max(found, key=lambda match: (match[1], -match[0]), default=None)
        return (best[0], round(best[1], 3)) if best else None

    def add(self, number: int, signature: Signature, published: str | None) -> None:
        """Enter an article, in place of what was entered for it earlier."""
        self._manifest.unindex(number)
        if self._threshold is None or not signature.hashes:
            return
        row = (number, signature.hashes, signature.numbers, published)
        self._manifest.db.execute("INSERT INTO signatures VALUES (?, ?, ?, ?)", row)
        bands = {(band, number) for band in _bands(signature.hashes, self._threshold)}
        self._manifest.db.executemany("INSERT INTO bands VALUES (?, ?)", bands)

    def _candidates(self, number: int, signature: Signature) -> list[tuple[int, float, str, str | None]]:
        """Articles that share a band: number, similarity, numbers, day."""
        bands = _bands(signature.hashes, self._threshold or 0.0)
        marks = ", ".join("?" * len(bands))
        rows = self._manifest.rows(
            f"""SELECT article, hashes, numbers, published FROM signatures
            WHERE article IN (SELECT article FROM bands WHERE band IN ({marks})) AND article != ?""",
            *bands,
            number,
        )
        return [(other, _alike(hashes, signature.hashes), *rest) for other, hashes, *rest in rows]

    def _is_copy(
        self, match: tuple[int, float, str, str | None], signature: Signature, published: str | None
    ) -> bool:
        _, alike, numbers, day = match
        ours, theirs = set(signature.numbers.split()), set(numbers.split())
        return (
            alike >= (self._threshold or 0.0)
            and (ours <= theirs or theirs <= ours)
            and (not day or not published or abs(_days(day) - _days(published)) <= MOST_DAYS)
        )


def _days(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _alike(one: bytes, other: bytes) -> float:
    a, b = memoryview(one).cast("I"), memoryview(other).cast("I")
    return sum(x == y for x, y in zip(a, b, strict=True)) / PERMUTATIONS


@cache
def _shape(threshold: float) -> tuple[int, int]:
    """How many bands of how many values find most copies over a threshold (datasketch's optimum)."""
    from datasketch import MinHashLSH

    lsh: Any = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, weights=(0.3, 0.7))
    return lsh.b, lsh.r


def _bands(hashes: bytes, threshold: float) -> list[int]:
    """The bands of a signature as signed integers of 64 bits, each hashed with its number."""
    count, rows = _shape(threshold)
    width = 4 * rows
    return [
        int.from_bytes(
            blake2b(hashes[i * width : (i + 1) * width], digest_size=8, salt=i.to_bytes(2)).digest(),
            sys.byteorder,
            signed=True,
        )
        for i in range(count)
    ]
