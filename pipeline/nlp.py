"""The spaCy pipeline: razdel tokens, slovnet models, pymorphy3 lemmas, then the extractors.

``load()`` gives a ``spacy.Language`` whose components can be left out, replaced or added to, as in any other
spaCy pipeline. In order: ``letopis_ner`` · ``letopis_morphology`` · ``letopis_syntax`` · ``letopis_lemmas`` ·
one ``letopis_<name>`` for each extractor of the registry · ``letopis_ents``.

What the extractors find stands in ``doc._.<field>`` (rows of the record) and, as spaCy spans, in
``doc.spans["<field>"]``; ``doc.ents`` holds the flat reading PER, ORG, LOC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import spacy
import srsly
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import registry
from spacy.vocab import Vocab

from pipeline import ents, record
from pipeline.extractors import EXTRACTORS, FIELDS, Extractor
from pipeline.models import Models, load_models
from pipeline.models.segment import split_sentences, tokenize
from pipeline.page import Chunk, Page
from pipeline.record import Row

PAGE = "letopis.page"
FOUND = "letopis.found"
BATCH_SIZE = 32


def _rows_of(field: str) -> Callable[[Doc], list[Any]]:
    return lambda doc: found(doc).get(field, [])


for _field in FIELDS:
    Doc.set_extension(_field, getter=_rows_of(_field), force=True)
for _name in ("published", "title"):
    Doc.set_extension(_name, default=None, force=True)


def load(*, exclude: Iterable[str] = (), without: Iterable[str] = ()) -> Language:
    """Build the pipeline.

    Args:
        exclude: names of components to leave out (``["letopis_syntax"]``).
        without: names of rules to switch off, as ``letopis explain`` prints them.

    >>> nlp = load()
    >>> [ent.text for ent in nlp("Форум прошёл в Томске.").ents]
    ['Томске']
    """
    nlp = spacy.blank("ru", config={"nlp": {"tokenizer": {"@tokenizers": "letopis.razdel.v1"}}})
    excluded = frozenset(exclude)
    options = {"without": sorted(without)}
    for name in COMPONENTS:
        if name not in excluded:
            extracts = name.removeprefix("letopis_") in {e.name for e in EXTRACTORS}
            nlp.add_pipe(name, config=options if extracts else {})
    unknown = excluded - set(COMPONENTS)
    if unknown:
        raise ValueError(f"no component {', '.join(sorted(unknown))}; there are {', '.join(COMPONENTS)}")
    return nlp


# A doc can be sent to another process (``nlp.pipe(…, n_process=2)``): rows travel as their JSON values, the
# page is left behind and built again where it is needed.


@srsly.msgpack_encoders("letopis")  # type: ignore[untyped-decorator]
def _pack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, Row):
        return {"letopis.row": type(value).__name__, "values": value.model_dump(by_alias=True)}
    if isinstance(value, Page):
        return None
    return chain(value) if chain else value


@srsly.msgpack_decoders("letopis")  # type: ignore[untyped-decorator]
def _unpack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, dict) and "letopis.row" in value:
        return getattr(record, value["letopis.row"]).model_validate(value["values"])
    return chain(value) if chain else value


# -- tokens and sentences ---------------------------------------------------------------------------------


class RazdelTokenizer:
    """Tokens and sentences by razdel's rules; white space other than one blank becomes a token of its own."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        starts: list[bool | int | None] = []
        sentence_starts = {start for start, _ in split_sentences(text)}
        position = 0
        for start, end in tokenize(text):
            _add_gap(text[position:start], words, spaces, starts)
            words.append(text[start:end])
            spaces.append(False)
            starts.append(start in sentence_starts)
            position = end
        _add_gap(text[position:], words, spaces, starts)
        return Doc(self.vocab, words=words, spaces=spaces, sent_starts=starts)

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> RazdelTokenizer:
        return self

    def to_disk(self, path: Any, **_: Any) -> None:
        return None

    def from_disk(self, path: Any, **_: Any) -> RazdelTokenizer:
        return self


def _add_gap(gap: str, words: list[str], spaces: list[bool], starts: list[bool | int | None]) -> None:
    if gap.startswith(" ") and words:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)
        starts.append(False)


@registry.tokenizers("letopis.razdel.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], RazdelTokenizer]:
    """Make the tokenizer of the pipeline's config."""
    return lambda nlp: RazdelTokenizer(nlp.vocab)


# -- models -----------------------------------------------------------------------------------------------


class Component:
    """A component that works on batches: ``annotate`` is the implementation, a single call is a batch of one."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, doc: Doc) -> Doc:
        self.annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH_SIZE) -> Iterator[Doc]:
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self.annotate(batch)
            yield from batch

    def annotate(self, docs: list[Doc]) -> None:
        raise NotImplementedError

    @property
    def models(self) -> Models:
        return load_models()


class NamedEntities(Component):
    """Sets ``doc.ents`` (PER, LOC, ORG) by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        indexes = [_word_indexes(doc) for doc in docs]
        texts = [[doc[i].text for i in index] for doc, index in zip(docs, indexes, strict=True)]
        for doc, index, tags in zip(docs, indexes, self.models.ner(texts), strict=True):
            doc.set_ents([Span(doc, index[a], index[b - 1] + 1, label) for a, b, label in spans_of_tags(tags)])


def spans_of_tags(tags: list[str]) -> list[tuple[int, int, str]]:
    """Read BIO tags as ``(first, last, label)``, half-open: ["B-PER", "I-PER", "O"] → [(0, 2, "PER")]."""
    spans: list[tuple[int, int, str]] = []
    for i, tag in enumerate(tags):
        kind, _, label = tag.partition("-")
        if kind == "I" and spans and spans[-1][1] == i and spans[-1][2] == label:
            spans[-1] = (spans[-1][0], i + 1, label)
        elif kind in ("B", "I"):
            spans.append((i, i + 1, label))
    return spans


class Morphology(Component):
    """Sets part of speech and features by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        sentences = [sentence for doc in docs for sentence in _sentences(doc)]
        tags = iter(self.models.morph([[token.text for token in sentence] for sentence in sentences]))
        for doc in docs:
            values = np.zeros((len(doc), 2), dtype=np.uint64)
            values[:, 0] = IDS["SPACE"]
            for sentence in _sentences(doc):
                for token, tag in zip(sentence, next(tags), strict=True):
                    values[token.i] = _tag_ids(self.vocab, tag)
            _write(doc, [POS, MORPH], values)


@lru_cache(maxsize=4096)
def _tag_ids(vocab: Vocab, tag: str) -> tuple[int, int]:
    pos, _, feats = tag.partition("|")
    return IDS.get(pos, IDS["X"]), vocab.morphology.add(feats)


class Syntax(Component):
    """Sets heads and relations by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        sentences = [sentence for doc in docs for sentence in _sentences(doc)]
        trees = iter(self.models.syntax([[token.text for token in sentence] for sentence in sentences]))
        for doc in docs:
            heads = list(range(len(doc)))
            deps = [""] * len(doc)
            for sentence in _sentences(doc):
                for token, head, relation in zip(sentence, *next(trees), strict=True):
                    heads[token.i] = sentence[head].i if head >= 0 else token.i
                    deps[token.i] = relation if head >= 0 else "ROOT"
            _attach_spaces(doc, heads, deps)
            relative = np.array(heads, dtype=np.int64) - np.arange(len(doc))
            labels = np.array([self.vocab.strings.add(dep) for dep in deps], dtype=np.uint64)
            _write(doc, [HEAD, DEP], np.stack([relative.astype(np.uint64), labels], axis=1))


def _attach_spaces(doc: Doc, heads: list[int], deps: list[str]) -> None:
    """Hang white space on the word before it, or it would be a sentence of its own."""
    for token in doc:
        if token.is_space:
            heads[token.i] = max(token.i - 1, 0)
            deps[token.i] = "dep" if token.i else "ROOT"


class Lemmas(Component):
    """Sets lemmas by pymorphy3, the parse that agrees with the tag."""

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            lemmas = dict(zip(_word_indexes(doc), page_of(doc).lemmas, strict=True))
            ids = [self.vocab.strings.add(lemmas.get(token.i, token.text)) for token in doc]
            _write(doc, [LEMMA], np.array(ids, dtype=np.uint64))


def _write(doc: Doc, attributes: list[int | str], values: Any) -> None:
    """Set attributes of all tokens at once: ``values`` is ``(n_tokens, n_attributes) uint64``."""
    doc.from_array(attributes, values)


def _word_indexes(doc: Doc) -> list[int]:
    return [token.i for token in doc if not token.is_space]


def _sentences(doc: Doc) -> list[list[Any]]:
    sentences = ([token for token in sentence if not token.is_space] for sentence in doc.sents)
    return [sentence for sentence in sentences if sentence]


# -- extractors -------------------------------------------------------------------------------------------


def page_of(doc: Doc) -> Page:
    """Return the page of a doc, built at the first question."""
    page = doc.user_data.get(PAGE)
    if page is None:
        page = doc.user_data[PAGE] = _build_page(doc)
    return page


def _build_page(doc: Doc) -> Page:
    indexes = _word_indexes(doc)
    positions = {index: i for i, index in enumerate(indexes)}
    strings = doc.vocab.strings
    columns = doc.to_array([POS, MORPH])[indexes] if indexes else np.zeros((0, 2), dtype=np.uint64)
    words = [doc[i].text for i in indexes]
    starts = [doc[i].idx for i in indexes]

    def parse(first: int, last: int) -> tuple[list[int], list[str]]:
        if not doc.has_annotation("DEP"):
            return load_models().syntax([words[first:last]])[0]
        tokens = [doc[i] for i in indexes[first:last]]
        heads = [positions.get(t.head.i, -1) - first if t.head.i != t.i else -1 for t in tokens]
        return heads, [token.dep_ for token in tokens]

    sentences = [(positions[s[0].i], positions[s[-1].i] + 1) for s in _sentences(doc)]
    return Page(
        text=doc.text,
        words=words,
        starts=starts,
        ends=[start + len(word) for start, word in zip(starts, words, strict=True)],
        pos=[strings[int(pos)] for pos in columns[:, 0]],
        tags=[strings[int(tag)] for tag in columns[:, 1]],
        sentences=sentences,
        chunks=[Chunk(positions[e.start], positions[e.end - 1] + 1, e.label_) for e in doc.ents],
        published=doc._.published,
        title=doc._.title,
        parse=parse,
    )


def found(doc: Doc) -> dict[str, list[Any]]:
    """Return what the extractors have found in a doc so far, by field."""
    return doc.user_data.setdefault(FOUND, {})  # type: ignore[no-any-return]


class Extraction(Component):
    """Runs one extractor: ``find`` reads, ``set_annotations`` writes."""

    def __init__(self, nlp: Language, extractor: Extractor, without: Iterable[str]) -> None:
        super().__init__(nlp)
        self.extractor = extractor
        self.without = frozenset(without)

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            self.set_annotations(doc, self.find(doc))

    def find(self, doc: Doc) -> dict[str, list[Any]]:
        """Return the rows of this extractor by field of the record."""
        page, so_far = page_of(doc), found(doc)
        page.without = self.without
        rows = self.extractor.find(page, **{name: so_far.get(name, []) for name in self.extractor.needs})
        fields = self.extractor.fields
        return dict(zip(fields, rows if len(fields) > 1 else [rows], strict=True))

    def set_annotations(self, doc: Doc, rows: dict[str, list[Any]]) -> None:
        """Keep the rows and write their mentions as spans."""
        found(doc).update(rows)
        for field, values in rows.items():
            doc.spans[field] = SpanGroup(
                doc, name=field, spans=[s for row in values for s in _doc_spans(doc, field, row)]
            )


def _doc_spans(doc: Doc, field: str, row: Any) -> Iterator[Span]:
    for mention in getattr(row, "mentions", None) or ([row] if hasattr(row, "start") else []):
        if not isinstance(getattr(mention, "start", None), int):
            continue
        span = doc.char_span(mention.start, mention.end, label=field, span_id=row.id, alignment_mode="expand")
        if span is not None:
            yield span


class FlatEntities(Component):
    """Sets ``doc.ents`` to the flat reading of everything found: PER, ORG, LOC without overlaps."""

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            spans = ents.flat_entities(page_of(doc), found(doc))
            chosen = [
                doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in spans
            ]
            doc.set_ents(spacy.util.filter_spans([span for span in chosen if span is not None]))


Language.factory("letopis_ner", func=lambda nlp, name: NamedEntities(nlp))
Language.factory("letopis_morphology", func=lambda nlp, name: Morphology(nlp))
Language.factory("letopis_syntax", func=lambda nlp, name: Syntax(nlp))
Language.factory("letopis_lemmas", func=lambda nlp, name: Lemmas(nlp))
Language.factory("letopis_ents", func=lambda nlp, name: FlatEntities(nlp))


def _register(extractor: Extractor) -> str:
    def create(nlp: Language, name: str, without: list[str]) -> Extraction:
        return Extraction(nlp, extractor, without)

    name = f"letopis_{extractor.name}"
    Language.factory(name, default_config={"without": []}, func=create)
    return name


COMPONENTS = (
    "letopis_ner", "letopis_morphology", "letopis_syntax", "letopis_lemmas",
    *[_register(extractor) for extractor in EXTRACTORS],
    "letopis_ents",
)  # fmt: skip
