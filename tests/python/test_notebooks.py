"""Every code cell of the notebooks runs, in their order."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

notebooks = sorted((Path(__file__).parent.parent.parent / "examples/notebooks").glob("*.md"))


@pytest.mark.parametrize("notebook", notebooks, ids=lambda path: path.stem)
def test_notebook_runs(notebook: Path, tmp_path: Path) -> None:
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", notebook.read_text(), re.MULTILINE | re.DOTALL)
    assert cells
    subprocess.run([sys.executable, "-c", "\n".join(cells)], check=True, cwd=tmp_path, env={**os.environ, "MPLBACKEND": "Agg"})
