"""What is refused, in which words, and what is warned of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qbatt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: qbatt.sweep(nb=3, tolerence=1e-9), r"^sweep\(\) has no keyword `tolerence`: did you mean `tolerance`\?"),
        (lambda: qbatt.optimum(omega_d=3), r"^optimum\(\) has no keyword `omega_d`: did you mean `omega_b`\?"),
        (lambda: qbatt.optimum(nb=3, times="0:1:3"), r"^optimum\(\) has no keyword `times`"),
        (lambda: qbatt.sweep(), r"^--nb is required"),
        (lambda: qbatt.sweep(nb=3, solver="spectrl"), r"did you mean `spectral`\?"),
        (lambda: qbatt.sweep(nb=3, threads=0), r"^--threads: "),
        (lambda: qbatt.sweep(nb=2.5), r"^--nb: `2.5` "),
        (lambda: qbatt.sweep(nb=np.array([1, np.nan])), r"^--nb: `nan` "),
        (lambda: qbatt.sweep(nb=[]), r"^--nb: `` is empty"),
        (lambda: qbatt.sweep(nb=3, nc="nbb+"), r"^--nc: "),
        (lambda: qbatt.sweep(nb="nc", nc="nb"), r"form a cycle"),
        (lambda: qbatt.sweep(nb={"a": 1}), r"^nb: \{'a': 1\} is neither a number"),
        (lambda: qbatt.sweep(nb=True), r"^nb: True is neither a number"),
        (lambda: qbatt.sweep(nb=3, populations="yes"), r"^populations: 'yes' must be True or False"),
        (lambda: qbatt.sweep(nb=3, populations=True), r"^--populations needs --times"),
        (lambda: qbatt.sweep(nb=7, m=9), r"^m \(--m\) = 9 is out of range"),
        (lambda: qbatt.sweep(nb=[7, 8], m=9), r"^m \(--m\) = 9 is out of range"),
        (lambda: qbatt.sweep(nb="1:1e11"), r"^arrays of .* systems need .* GB"),
        (lambda: qbatt.optimum(nb=[1, 2]), r"is an axis, which only qbatt sweep takes"),
        (lambda: qbatt.optimum(nb=2, optimum="none"), r"^--optimum: `none` leaves nothing to return"),
        (lambda: qbatt.curve(nb=3, times="2:1:3"), r"--times"),
        (lambda: qbatt.solve([1, 2]), r"^frame must be a pandas.DataFrame or a mapping"),
        (lambda: qbatt.solve({}), r"^there is no column n_b"),
        (lambda: qbatt.solve({"n_b": []}), r"^there are no systems"),
        (lambda: qbatt.solve({"nb": [1]}), r"^`nb` is not a column of systems: did you mean `n_b`\?"),
        (lambda: qbatt.solve({"n_b": [1, 2], "n_c": [1, 2, 3]}), r"^the column n_c has 3 values, but n_b has 2"),
        (lambda: qbatt.solve({"n_b": [1, 2.5]}), r"^row 1, column n_b: 2.5 must be a whole number"),
        (lambda: qbatt.solve({"n_b": ["a"]}), r"^column n_b: its values must be numbers"),
        (lambda: qbatt.solve({"n_b": np.ones((2, 2))}), r"^column n_b: it has 2 dimensions"),
        (lambda: qbatt.solve({"n_b": [1]}, nb=1), r"^--nb cannot be combined with the column n_b"),
        (lambda: qbatt.solve({"n_b": [1]}, ising=[0, 1]), r"^--ising: `0,1` is an axis"),
        (lambda: qbatt.solve({"n_b": [1, 2], "m": [1, 3]}, skip_invalid=False), r"^row 1, column m: "),
        (lambda: qbatt.solve({"n_b": [1, 2], "m": [2, 3]}), r"^none of 2 rows is physical: row 0, column m: m \(--m\) = 2 is out of"),
        (lambda: qbatt.optimum(nb=[7]), r"^--nb: `7:7` is an axis, which only qbatt sweep takes"),
        (lambda: qbatt.optimum(nb=7, charger=["boson"]), r"^--charger: `boson:boson` is an axis, which only"),
    ],
)
def test_bad_input_is_named(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(qbatt.InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_an_unknown_keyword_is_a_type_error_as_of_any_function() -> None:
    with pytest.raises(TypeError):
        qbatt.sweep(number=3)


def test_what_is_not_there_is_a_backend_error(monkeypatch: pytest.MonkeyPatch) -> None:
    if any(device.backend == "cuda" and device.found for device in qbatt.devices()):
        pytest.skip("there is a device")
    with pytest.raises(qbatt.BackendError, match=r"^--backend cuda: .*use --backend cpu") as caught:
        qbatt.sweep(nb=3, backend="cuda")
    assert isinstance(caught.value, RuntimeError)


def test_files_that_cannot_be_read_are_file_errors(tmp_path: Path) -> None:
    with pytest.raises(qbatt.FileError, match=r"cannot read .*none.csv: No such file or directory") as caught:
        qbatt.sweep(systems=tmp_path / "none.csv")
    assert isinstance(caught.value, OSError)
    for name in ("none.nc", "none.csv"):
        with pytest.raises(qbatt.FileError, match=rf"^cannot read .*{name}: No such file or directory"):
            qbatt.open(tmp_path / name)
    for name in ("text.nc", "text.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")
        with pytest.raises(qbatt.FileError, match=rf"^cannot read .*{name}: "):
            qbatt.open(tmp_path / name)


def test_rows_that_are_not_ok_are_warned_of_where_the_call_stands() -> None:
    with pytest.warns(UserWarning, match=r"^of 2 rows 2 are inaccurate and 0 failed") as warned:
        sweep = qbatt.sweep(nb=[20, 30], tolerance=1e-300)
    assert sweep.status.values.tolist() == ["inaccurate"] * 2
    assert warned[0].filename == __file__
    with pytest.warns(UserWarning, match=r"^of 1 row 1 are inaccurate") as warned:
        qbatt.optimum(nb=20, tolerance=1e-300)
    assert warned[0].filename == __file__
    qbatt.sweep(nb=[20, 30], tolerance=1e-300, quiet=True)


def test_why_the_first_row_failed_is_told() -> None:
    with pytest.warns(UserWarning, match=r"1 failed: .*; the first that failed is N_b = 3, .*: an observable exceeds the range"):
        result = qbatt.optimum(nb=3, omega_b=1e160)
    assert result.status == "failed" and np.isnan(result.t_opt)


def test_rounded_values_are_warned_of() -> None:
    with pytest.warns(UserWarning, match=r"^rounded to whole numbers: 1 value"):
        qbatt.sweep(nb=[3, 4], nc="0.5nb")
