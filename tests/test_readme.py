"""The README says what is so: its commands, its example, its figures."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.readme import README, SOURCES, extract_output, section

TEXT = README.read_text(encoding="utf-8")


def test_ci_runs_the_command_of_the_readme() -> None:
    commands = re.findall(r"```sh\n(python3 -m venv .*)\n```", TEXT)
    assert len(commands) == 2
    assert commands[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_command_named_exists() -> None:
    from typer.main import get_command

    from pipeline.cli import app

    named = set(re.findall(r"letopis (\w+) ", TEXT))
    assert named <= set(get_command(app).commands)  # type: ignore[attr-defined]


def test_every_file_named_exists() -> None:
    for path in re.findall(r"\b(?:corpus|tests|pipeline|notebooks)/[\w./-]*\w", TEXT):
        assert (ROOT / path).exists(), path


@pytest.mark.models
def test_the_example_in_python_is_true() -> None:
    """Lines with a value in their comment give that value; the block as a whole runs."""
    example = section_of_code("python")
    names: dict[str, object] = {}
    exec(example, names)
    shown = re.findall(r"^(record\S+)\s+# ([\d'].*)$", example, re.M)
    assert len(shown) == 3
    for expression, value in shown:
        assert repr(eval(expression, names)) == value


@pytest.mark.models
@pytest.mark.slow
def test_the_main_job_prints_what_the_readme_shows() -> None:
    def counts(block: str) -> list[str]:
        return [line for line in block.splitlines() if "time" not in line]

    assert counts(section(TEXT, "extract")) == counts(extract_output())
    assert section(TEXT, "sources") == SOURCES


def section_of_code(language: str) -> str:
    match = re.search(rf"```{language}\n(.*?)```", TEXT, re.S)
    assert match
    return match[1]
