"""The least time the arithmetic of the models takes: their multiplications at the speed of the processor.

Two figures a model: with all its convolutions, and without the first one, which Letopis looks up in a table for
words seen before. Letopis can be under either, as it multiplies less for the convolutions (F(2, 3)).
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pipeline.models.weights import data_folder, load_pack

MODELS = ("ner", "morph", "syntax")


def products_per_second() -> float:
    """Return float operations a second of one core in the matrix products of the second convolution."""
    rows, weight = np.ones((1024, 256), np.float32), np.ones((256, 128), np.float32)
    best = float("inf")
    with threadpool_limits(1):
        for _ in range(100):
            start = perf_counter()
            rows @ weight
            best = min(best, perf_counter() - start)
    return 2 * rows.size * weight.shape[1] / best


def operations(model: str) -> tuple[int, int]:
    """Return float operations a token of a model: of all its products, of those but the first convolution."""
    tree = load_pack(data_folder(), model).tree
    first, *rest = (2 * layer["conv"]["weight"].size for layer in tree["encoder"]["layers"])
    others = sum(rest) + sum(_products(part) for name, part in tree.items() if name in ("head", "rel"))
    return first + others, others


def _products(tree: Any) -> int:
    """Operations of the linear layers and bilinear forms in a part of a model; scores of pairs are left out."""
    if isinstance(tree, np.ndarray):
        return 2 * tree.size if tree.ndim == 2 else 0
    return sum(_products(child) for name, child in tree.items() if name != "crf")


def floors() -> dict[str, tuple[float, float]]:
    """Return microseconds a token by model: all products, all but the first convolution."""
    speed = products_per_second()
    return {model: (a / speed * 1e6, b / speed * 1e6) for model in MODELS for a, b in [operations(model)]}
