"""Weights of the natasha wheel: slovnet's models and navec's word vectors, read from their tar archives.

A slovnet archive holds `model.json`, the tree of the network with `{"shape", "dtype", "array": 3}` in the
place of an array, the arrays as `arrays/3.bin`, and the vocabularies of shapes and tags. A navec archive holds
the words (`vocab.bin`, gzip) and their product-quantised vectors (`pq.bin`).
The packages natasha, slovnet and navec are not imported: natasha alone takes a second and needs pkg_resources.

Sources: slovnet 0.6 `exec/pack.py`, navec 0.10 `pq.py`, `vocab.py` (Alexander Kukushkin, MIT licence).
"""

import gzip
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import LetopisError

Floats = npt.NDArray[np.float32]

EMBEDDING = "navec_news_v1_1B_250K_300d_100q"
PROTOCOL = 1


class WeightsError(LetopisError):
    """The weights are missing or not the kind this package can run."""


@dataclass(frozen=True)
class Pack:
    """One slovnet model: its tree of arrays, the names of its shapes and of its tags (or relations)."""

    id: str
    tree: Mapping[str, Any]
    shapes: Sequence[str]
    tags: Sequence[str]


@dataclass(frozen=True)
class Embedding:
    """Word vectors, product-quantised: a vector is 100 pieces of 3 numbers, each out of 256 of a codebook."""

    words: Mapping[str, int]
    codes: npt.NDArray[np.uint8]  # (n_words, 100): which piece
    pieces: Floats  # (100 × 256, 3): the codebooks

    def vectors(self, words: npt.NDArray[np.int64]) -> Floats:
        """Return the vectors (n, 300) of `words` (n,)."""
        n_words, n_pieces = len(words), self.codes.shape[1]
        books = np.arange(0, len(self.pieces), len(self.pieces) // n_pieces)
        return np.take(self.pieces, self.codes[words] + books, axis=0).reshape(n_words, -1)


def data_folder() -> Path:
    """The folder of the natasha wheel that holds the weights."""
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError("the weights come with the package natasha, which is not installed: pip install natasha")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def load_embedding(folder: Path) -> Embedding:
    """Words and vectors of navec; the vectors stay in the file (memory map) until they are asked for."""
    path = folder / "emb" / f"{EMBEDDING}.tar"
    with _open(path) as archive:
        _check(path, archive)
        words = gzip.decompress(_read(archive, "vocab.bin"))
        size = int(np.frombuffer(words, np.uint32, count=1)[0])
        names = words[4 + 4 * size :].decode().splitlines()  # after the counts of the words
        n_words, _, n_pieces, n_centroids = np.frombuffer(_read(archive, "pq.bin", 16), np.uint32).tolist()
        start = archive.getmember("pq.bin").offset_data + 16
    codes = np.memmap(path, np.uint8, "r", offset=start, shape=(n_words, n_pieces))
    pieces = np.fromfile(path, np.float32, n_pieces * n_centroids * 3, offset=start + codes.size)
    return Embedding(dict(zip(names, range(n_words), strict=True)), codes, pieces.reshape(-1, 3))


def load_pack(folder: Path, kind: str) -> Pack:
    """The slovnet model of `kind`: ner, morph or syntax."""
    path = folder / "model" / f"slovnet_{kind}_news_v1.tar"
    with _open(path) as archive:
        meta = _check(path, archive)
        tree = _resolve(json.loads(_read(archive, "model.json")), archive)
        tags = "rel" if kind == "syntax" else "tag"
        return Pack(meta["id"], tree, _vocabulary(archive, "shape"), _vocabulary(archive, tags))


def _open(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path)
    except OSError as error:
        raise WeightsError(f"{path}: no such weights in this version of natasha; 1.6 has them") from error


def _check(path: Path, archive: tarfile.TarFile) -> dict[str, Any]:
    meta: dict[str, Any] = json.loads(_read(archive, "meta.json"))
    if meta["protocol"] != PROTOCOL:
        raise WeightsError(f"{path}: protocol {meta['protocol']}, this package reads {PROTOCOL}")
    return meta


def _read(archive: tarfile.TarFile, name: str, size: int = -1) -> bytes:
    member = archive.extractfile(name)
    return b"" if member is None else member.read(size)


def _vocabulary(archive: tarfile.TarFile, name: str) -> list[str]:
    return gzip.decompress(_read(archive, f"vocabs/{name}.gz")).decode().splitlines()


def _resolve(node: Any, archive: tarfile.TarFile) -> Any:
    """The tree of `model.json` with the arrays in place."""
    if isinstance(node, list):
        return [_resolve(child, archive) for child in node]
    if not isinstance(node, dict):
        return node
    if "array" in node:
        data = _read(archive, f"arrays/{node['array']}.bin")
        return np.frombuffer(data, node["dtype"]).reshape(node["shape"])
    return {name: _resolve(child, archive) for name, child in node.items()}
