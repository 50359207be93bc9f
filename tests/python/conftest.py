"""The program `qbatt` for the tests that compare with it: QBATT_PROGRAM names it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def program() -> str:
    path = os.environ.get("QBATT_PROGRAM", "")
    if not path:
        pytest.skip("QBATT_PROGRAM names no program qbatt to compare with")
    return path


@pytest.fixture
def command_line(program: str, tmp_path: Path) -> Callable[..., Path]:
    """Runs a command with keywords as options, and gives the path of its results."""

    def run(command: str, suffix: str = ".csv", **options: Any) -> Path:
        results = tmp_path / f"{command}{suffix}"
        arguments = [program, command, "-o", str(results), "--overwrite"]
        for name, value in options.items():
            option = "--" + name.replace("_", "-")
            arguments += [option] if value is True else [option, str(value)]
        subprocess.run(arguments, check=True, capture_output=True)
        return results

    return run
