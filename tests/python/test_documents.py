"""What documents show of Python runs, and prints what they show."""

import doctest
from pathlib import Path

import pytest

project = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("document", ["README.md", "docs/python.md"])
def test_examples_run(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, run = doctest.testfile(str(project / document), module_relative=False, optionflags=flags)
    assert failed == 0 and run >= 3
