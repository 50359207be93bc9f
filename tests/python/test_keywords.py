"""Keywords are the options of the command line, in signatures, in texts, and in their meaning."""

import inspect
import re
import subprocess

import numpy as np
import pytest
import qbatt

of_files = {"o", "output", "dry_run", "resume", "overwrite", "shard", "config", "print_config", "help"}
functions = {"sweep": qbatt.sweep, "curve": qbatt.curve, "optimum": qbatt.optimum}


@pytest.mark.parametrize("command", functions)
def test_every_option_that_concerns_results_is_a_keyword(program: str, command: str) -> None:
    text = subprocess.run([program, "help", command], check=True, capture_output=True, text=True).stdout
    options = {name.replace("-", "_") for name in re.findall(r"^ +(?:-\w, ?)?--([a-z-]+)", text, re.MULTILINE)}
    assert len(options) > 15
    keywords = set(inspect.signature(functions[command]).parameters)
    assert options - of_files - {"format"} <= keywords
    assert keywords - options <= {"progress", "quiet"}


@pytest.mark.parametrize("function", [*functions.values(), qbatt.solve, qbatt.figures])
def test_every_keyword_is_explained(function: object) -> None:
    text = inspect.getdoc(function)
    assert text is not None and "{keywords}" not in text
    for name, parameter in inspect.signature(function).parameters.items():  # type: ignore[arg-type]
        assert re.search(rf"^{name}$|``{name}``|\bin a {name}\b", text, re.MULTILINE), name
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY or name in ("frame", "folder")


def test_texts_mean_what_they_mean_on_the_command_line() -> None:
    sweep = qbatt.sweep(nb="log:1:1e3:4", nc="nb,nb+1", device=None)
    assert sweep.n_b.values.tolist() == [1, 10, 100, 1000]
    assert sweep.sizes == {"n_b": 4, "nc_index": 2}


def test_lists_of_options_that_are_no_axes() -> None:
    for series in (["energy"], ("energy",), np.array(["energy"]), {"energy": "as a key"}.keys()):
        curve = qbatt.curve(nb=3, series=series, device=[0])
        assert "energy" in curve and "entropy" not in curve


def test_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", qbatt.__version__)
