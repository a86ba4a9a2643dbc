"""Inference of the Russian news models that the natasha wheel ships: NER, morphology, syntax.

Source of the weights: slovnet and navec (Alexander Kukushkin, MIT licence).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import slovnet
from navec import Navec

_EMBEDDING = "navec_news_v1_1B_250K_300d_100q"
_MODEL = "slovnet_{}_news_v1"


def _data_folder() -> Path:
    """The folder of the natasha wheel with the weights, found without importing natasha."""
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package natasha is not installed: pip install natasha")
    return Path(spec.submodule_search_locations[0]) / "data"


class Models:
    """NER, morphology and syntax behind one interface of token lists."""

    def __init__(self) -> None:
        folder = _data_folder()
        self.versions = {name: _MODEL.format(name) for name in ("ner", "morph", "syntax")}
        self.versions["embedding"] = _EMBEDDING
        navec = Navec.load(folder / "emb" / f"{_EMBEDDING}.tar")
        self._ner, self._morph, self._syntax = (
            kind.load(folder / "model" / f"{self.versions[name]}.tar").navec(navec)
            for name, kind in (("ner", slovnet.NER), ("morph", slovnet.Morph), ("syntax", slovnet.Syntax))
        )

    def ner(self, texts: Sequence[Sequence[str]]) -> list[list[str]]:
        """BIO tags ("O", "B-PER", "I-PER", "B-LOC" …) of the words of whole texts, one text a list."""
        return list(self._tags(self._ner, texts))

    def morph(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Tags of the words of sentences, as the weights' vocabulary has them: "NOUN|Animacy=Inan|…"."""
        return list(self._tags(self._morph, sentences))

    def syntax(self, sentences: Sequence[Sequence[str]]) -> list[tuple[list[int], list[str]]]:
        """Heads (index in the sentence, -1 for a root) and relations of the words of sentences."""
        return list(self._trees(sentences))

    def _tags(self, model: slovnet.NER, sequences: Sequence[Sequence[str]]) -> Iterator[list[str]]:
        for words in sequences:
            yield next(model.infer.decoder(self._predictions(model, words))) if words else []

    def _trees(self, sentences: Sequence[Sequence[str]]) -> Iterator[tuple[list[int], list[str]]]:
        for words in sentences:
            if not words:
                yield [], []
                continue
            heads, relations = next(self._predictions(self._syntax, words))
            vocabulary = self._syntax.infer.decoder.rels_vocab
            yield (np.asarray(heads) - 1).tolist(), [vocabulary.decode(relation) for relation in relations]

    @staticmethod
    def _predictions(model: slovnet.NER, words: Sequence[str]) -> Iterator[np.ndarray]:
        predictions: Iterator[np.ndarray] = model.infer.process(model.infer.encoder([words]))
        return predictions


@lru_cache(maxsize=1)
def load_models() -> Models:
    """The models, loaded once per process."""
    return Models()
