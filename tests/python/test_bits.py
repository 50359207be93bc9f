"""The same bits as the command line's: of sweeps as those of the recorded checksums, and of tables."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import qbatt
import xarray as xr

plane = {"nb": "1:400:57", "nc": "1:400:21", "ising": "0,0.3,1.5"}


def rows_of(file: Path) -> dict[str, Any]:
    """The columns of a CSV file, as whole numbers, reals or words; Python makes the nearest doubles of texts."""
    header, *lines = csv.reader(file.read_text().splitlines())
    words = {"status", "solver", "charger", "charger_state"}
    whole = {"n_b", "n_c", "dim", "n_eig", "sectors"}
    kinds = [np.str_ if name in words else np.int64 if name in whole else np.float64 for name in header]
    return {name: np.array(values).astype(kind) for name, kind, values in zip(header, kinds, zip(*lines), strict=True)}


def same_bits(ours: Any, theirs: Any) -> None:
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if theirs.dtype.kind == "f":
        np.testing.assert_array_equal(ours.astype(np.float64).view(np.int64), theirs.view(np.int64))
    else:
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "options",
    [
        plane,
        {**plane, "nb": "1:300:97", "times": "0:2:9", "time_unit": "optimum", "series": "energy,entropy,ergotropy,error_bound"},
        {**plane, "nb": "1:200:97", "ising": "0,0.3", "optimum": "global"},
        {"nb": "2:60:7", "nc": "2:80:19", "m": "0.5nc,nc-1", "omega_c": "lin:0.5omega-b:2omega-b:3", "coupling": "-0.4,2"},
        {"nb": "1:80:13", "nc": "nb+1", "ising": "0,0.3", "solver": "dense"},
        {"nb": "2:6:2", "nc": "5,9", "m": "2.5,4", "charger_state": "thermal,coherent"},
        {"nb": "2,3", "charger": "spins,boson", "charger_state": "dicke,dephased"},
    ],
    ids=["first_peak", "series", "global", "partly_charged", "dense", "ensembles", "chargers"],
)
def test_a_sweep_has_the_bits_of_the_command_line(command_line: Callable[..., Path], options: dict[str, str]) -> None:
    theirs = rows_of(command_line("sweep", **options, quiet=True))
    sweep = qbatt.sweep(**options, quiet=True)
    over = [dim for dim in sweep.error_bound.dims] + (["time"] if "times" in options else [])
    flat = sweep.stack(row=over)
    flat = flat.isel(row=(flat.status != "invalid").values)  # where a linked axis has fewer values than elsewhere
    assert flat.sizes["row"] == len(theirs["n_b"])
    for name in theirs:
        same_bits(flat["error_bound_t" if name == "error_bound" and "times" in options else name], theirs[name])


def test_threads_change_no_bit() -> None:
    one = qbatt.sweep(**plane, threads=1)
    xr.testing.assert_identical(one.drop_attrs(), qbatt.sweep(**plane, threads=5).drop_attrs())


@pytest.mark.parametrize("kind", ["frame", "mapping"])
def test_a_table_has_the_bits_of_the_command_line(command_line: Callable[..., Path], tmp_path: Path, kind: str) -> None:
    random = np.random.default_rng(1)
    n_b = random.integers(1, 90, 300)
    n_c = random.integers(1, 90, 300)
    frame = pd.DataFrame(
        {"n_b": n_b, "n_c": n_c, "m": random.integers(0, n_c + 1), "ising": random.normal(size=300), "omega_c": random.normal(size=300)}
    )
    frame.to_csv(tmp_path / "systems.csv", index=False)
    theirs = rows_of(command_line("sweep", systems=tmp_path / "systems.csv", coupling="0.7"))
    table = frame if kind == "frame" else {name: frame[name].to_numpy() for name in frame}
    ours = qbatt.solve(table, coupling=0.7)
    assert ours.sizes == {"system": 300}
    for name in theirs:
        same_bits(ours[name], theirs[name])


@pytest.mark.parametrize("suffix", [".csv", ".nc"])
@pytest.mark.parametrize(
    "options",
    [
        {"nb": "1:3", "nc": "nb:2nb"},
        {"nb": "2:5", "m": "0:4", "ising": "0,0.5", "skip_invalid": True},
        {"nb": "7"},
        {"nb": "1:3", "times": "0,log:0.1:1:3", "series": "energy,error_bound"},
        {"nb": "1:3", "times": "0:1:3", "time_unit": "optimum", "series": "energy", "populations": True},
    ],
    ids=["linked", "invalid", "one", "series", "populations"],
)
def test_a_file_of_the_command_line_has_the_shape_of_the_sweep(
    command_line: Callable[..., Path], options: dict[str, Any], suffix: str
) -> None:
    if suffix == ".csv" and "populations" in options:
        pytest.skip("populations of a sweep go to netCDF only")
    theirs = qbatt.open(command_line("sweep", suffix, **options, quiet=True))
    ours = qbatt.sweep(**options)
    if suffix == ".csv" and "times" in options:  # tidy rows have no optimum
        ours = ours[list(theirs.data_vars)]
    xr.testing.assert_identical(theirs.drop_attrs(deep=False), ours.drop_attrs(deep=False))
    assert theirs.attrs["command"].startswith("/") or "qbatt" in theirs.attrs["command"]


@pytest.mark.parametrize("suffix", [".csv", ".nc"])
def test_a_curve_of_the_command_line_is_a_curve(command_line: Callable[..., Path], suffix: str) -> None:
    theirs = qbatt.open(command_line("curve", suffix, nb=6, populations=True))
    ours = qbatt.curve(nb=6, populations=True)
    for name in ("t", "energy", "populations", "error_bound_t"):
        assert theirs[name].dims == ours[name].dims
        same_bits(theirs[name], ours[name])
    if suffix == ".nc":
        xr.testing.assert_identical(theirs.drop_attrs(deep=False), ours.drop_attrs(deep=False))


def test_shards_and_lists_of_systems_stay_lists(command_line: Callable[..., Path], tmp_path: Path) -> None:
    shard = qbatt.open(command_line("sweep", ".nc", nb="1:9", shard="1/2"))
    assert set(shard.sizes) == {"system"}
    systems = tmp_path / "systems.csv"
    systems.write_text("n_b,ising\n3,0.1\n2,0\n")
    listed = qbatt.open(command_line("sweep", ".nc", systems=systems))
    assert listed.n_b.values.tolist() == [3, 2]
