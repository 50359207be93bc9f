"""Types: a user's file passes mypy --strict, mistakes do not, and the stub says of the package what is true."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
here = Path(__file__).parent


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # Away from the sources, so that the package that is installed is looked at.
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, cwd=folder, env={**os.environ, "MYPYPATH": ""})


def test_a_users_file_is_well_typed(tmp_path: Path) -> None:
    result = run("mypy", "--strict", str(here / "user.py"), folder=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_mistakes_are_found(tmp_path: Path) -> None:
    source = here / "misuser.py"
    expected = {
        (number, line.rpartition("# ")[2]) for number, line in enumerate(source.read_text().splitlines(), 1) if "  # " in line
    }
    result = run("mypy", "--strict", str(source), folder=tmp_path)
    found = {(int(line), code) for line, code in re.findall(r"misuser\.py:(\d+): error: .*\[(.*)\]", result.stdout)}
    assert found == expected, result.stdout


def test_the_stub_is_complete(tmp_path: Path) -> None:
    result = run("mypy.stubtest", "qbatt", "--allowlist", str(here / "stubtest_allowlist.txt"), folder=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
