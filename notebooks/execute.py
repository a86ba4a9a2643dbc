"""Execute the notebooks and keep their outputs: ``python notebooks/execute.py [NAME …]``.

Needs ``pip install .[notebooks]``. Times and the numbering of runs are left out of the files, so that a second run
on the same corpus changes nothing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def execute(path: Path, *, seconds: int = 120) -> nbformat.NotebookNode:
    """Run a notebook from top to bottom; raises where a cell fails or takes longer than ``seconds``."""
    notebook = nbformat.read(path, as_version=4)
    options = {"timeout": seconds, "kernel_name": "python3", "resources": {"metadata": {"path": str(FOLDER)}}}
    NotebookClient(notebook, **options).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if not (o.output_type == "stream" and o.name == "stderr")]
    notebook.metadata = {
        "kernelspec": notebook.metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    return notebook


def main(names: list[str]) -> None:
    """Execute the named notebooks, or all."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or any(path.name.startswith(name) for name in names):
            start = time.monotonic()
            notebook = execute(path)
            nbformat.write(notebook, path)
            sys.stdout.write(f"{path.name}: {time.monotonic() - start:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
