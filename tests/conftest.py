"""Shared by all tests: where things lie, and the pipeline loaded once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from spacy.language import Language

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The whole pipeline, every component on."""
    import pipeline

    return pipeline.load()


@pytest.fixture(scope="session")
def corpus_texts() -> dict[str, str]:
    """The sample articles by name."""
    files = sorted((ROOT / "corpus" / "news").glob("*.txt"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that is not part of the project; tests that need it skip without it."""
    if not SHARED.exists():
        pytest.skip("needs ../shared")
    return SHARED
