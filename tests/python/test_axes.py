"""Axes of every type, and the shape of what comes of them."""

import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
import qbatt
import xarray as xr


@pytest.mark.parametrize(
    "axis",
    [
        "2:6:2",
        "2,4,6",
        [2, 4, 6],
        (2, 4, 6),
        range(2, 7, 2),
        np.array([2, 4, 6]),
        np.array([2.0, 4.0, 6.0], dtype=np.float32),
        np.array([2, 4, 6], dtype=np.uint8)[::1],
        np.array([6, 4, 2])[::-1],
        pd.Index([2, 4, 6]),
        pd.Series([2, 4, 6], index=[9, 8, 7]),
        xr.DataArray([2, 4, 6], dims="x"),
        iter([2, "4", np.int64(6)]),
    ],
    ids=lambda axis: type(axis).__name__,
)
def test_an_axis_may_be_anything_that_holds_numbers(axis: Any) -> None:
    sweep = qbatt.sweep(nb=axis)
    assert sweep.sizes == {"n_b": 3}
    assert sweep.n_b.dtype == np.int64
    assert sweep.n_b.values.tolist() == [2, 4, 6]
    assert sweep.n_c.dims == ("n_b",)


@pytest.mark.parametrize("value", [7, 7.0, "7", np.int64(7), np.array(7), decimal.Decimal(7)], ids=lambda v: type(v).__name__)
def test_a_number_is_no_dimension(value: Any) -> None:
    assert qbatt.sweep(nb=value).sizes == {}


@pytest.mark.parametrize("axis", [[7], (7,), range(7, 8), np.array([7]), "7:7"], ids=lambda axis: type(axis).__name__)
def test_a_sequence_of_one_is_a_dimension(axis: Any) -> None:
    assert qbatt.sweep(nb=axis).sizes == {"n_b": 1}


def test_reals_keep_their_bits() -> None:
    values = np.array([0.1, 1 / 3, -2.5e-300, 0.30000000000000004])
    assert (qbatt.sweep(nb=2, ising=values).ising.values == values).all()


def test_a_range_that_descends_is_its_values() -> None:
    assert qbatt.sweep(nb=range(6, 1, -2)).n_b.values.tolist() == [6, 4, 2]


def test_free_axes_are_dimensions_in_the_order_of_the_keywords() -> None:
    sweep = qbatt.sweep(ising=[0, 0.1], nb=range(1, 21), nc="nb+1")
    assert sweep.energy_per_cell_opt.dims == ("n_b", "ising")
    assert (sweep.n_c == sweep.n_b + 1).all()
    one = sweep.energy_per_cell_opt.sel(ising=0.1, n_b=10)
    assert one.item() == qbatt.optimum(nb=10, nc=11, ising=0.1).energy_per_cell_opt


def test_a_linked_axis_of_several_values_is_counted_and_padded() -> None:
    sweep = qbatt.sweep(nb=[1, 2, 3], nc="nb:2nb", omega_c="omega-b,2omega-b")
    assert sweep.sizes == {"n_b": 3, "nc_index": 4, "omega_c_index": 2}
    assert sweep.n_c.values.tolist() == [[1, 2, -1, -1], [2, 3, 4, -1], [3, 4, 5, 6]]
    assert sweep.omega_c.dims == ("omega_c_index",)
    there = sweep.n_c >= 0
    assert ((sweep.status == "ok") == there).all()
    assert (np.isfinite(sweep.t_opt) == there).all()


def test_what_is_not_physical_is_a_cell_without_a_result() -> None:
    sweep = qbatt.sweep(nb=[2, 3], m="0:3")
    assert sweep.status.values.tolist() == [["no-peak", "ok", "ok", "invalid"], ["no-peak", "ok", "ok", "ok"]]
    invalid = sweep.sel(n_b=2, m=3)
    assert np.isnan(invalid.t_opt) and np.isnan(invalid.error_bound)
    assert invalid.dim == -1 and invalid.n_eig == -1
    assert invalid.solver == ""
    for name in ("dim", "n_eig"):
        assert sweep[name].encoding["_FillValue"] == -1
    with pytest.raises(qbatt.InputError, match=r"m \(--m\) = 3 is out of range"):
        qbatt.sweep(nb=[2, 3], m="0:3", skip_invalid=False)


def test_absent_numbers_are_missing_in_files(tmp_path: Any) -> None:
    sweep = qbatt.sweep(nb=[2, 3], m="0:3")
    sweep.to_netcdf(tmp_path / "sweep.nc")
    with xr.open_dataset(tmp_path / "sweep.nc") as read:
        assert np.isnan(read.dim.sel(n_b=2, m=3))
        assert read.dim.sel(n_b=3, m=3) == 4
        assert read.attrs["command"] == sweep.attrs["command"]


@pytest.mark.parametrize(
    "axes", [{"m": "0:3", "times": "0:1:3", "populations": True}, {"m": 1.5, "charger_state": ["coherent", "thermal"]}], ids=["spins", "names"]
)
def test_results_that_were_kept_are_opened_as_they_were(axes: Any, tmp_path: Any) -> None:
    sweep = qbatt.sweep(nb=[2, 3], **axes)
    sweep.to_netcdf(tmp_path / "kept.nc")
    xr.testing.assert_identical(qbatt.open(tmp_path / "kept.nc"), sweep)


def test_series_are_over_time_too_and_populations_over_k() -> None:
    times = np.linspace(0, 2, 5)
    sweep = qbatt.sweep(nb=[1, 3], times=times, time_unit="optimum", series=["energy", "entropy"], populations=True)
    assert sweep.energy.dims == ("n_b", "time")
    assert sweep.populations.dims == ("n_b", "time", "k")
    assert "power" not in sweep
    np.testing.assert_array_equal(sweep.time, times)
    np.testing.assert_allclose(sweep.t, sweep.t_opt * sweep.time, rtol=1e-15)
    assert np.isnan(sweep.populations.sel(n_b=1, k=[2, 3])).all()
    np.testing.assert_allclose(sweep.populations.sum("k"), 1, atol=1e-12)
    np.testing.assert_allclose((sweep.k * sweep.populations).sum("k"), sweep.energy, atol=1e-12)
    peak = sweep.energy.sel(time=1.0)
    np.testing.assert_allclose(peak, sweep.energy_opt, atol=1e-12)


def test_a_curve_is_over_time_alone() -> None:
    curve = qbatt.curve(nb=50, times=np.linspace(0, 2, 401), time_unit="rabi", populations=True)
    assert curve.sizes == {"time": 401, "k": 51}
    assert curve.time.attrs["long_name"] == "time, in units of 1/a_0"
    default = qbatt.curve(nb=5)
    assert default.sizes == {"time": 401}
    assert default.t[-1] == 2 * default.t_opt


def test_a_curve_of_what_does_not_move_needs_absolute_times() -> None:
    with pytest.raises(qbatt.InputError, match="does not exist where nothing moves"):
        qbatt.curve(nb=5, m=0)
    still = qbatt.curve(nb=5, m=0, times="0:1:3")
    assert (still.energy == 0).all() and still.status == "no-peak"


def test_results_are_a_table_of_systems_too() -> None:
    sweep = qbatt.sweep(nb=[2, 3], nc="nb:nb+1", ising=0.1)
    frame = sweep.to_dataframe().reset_index()  # with the column nc_index
    again = qbatt.solve(frame)
    np.testing.assert_array_equal(again.t_opt, sweep.t_opt.values.reshape(-1))
    xr.testing.assert_identical(qbatt.solve(again.drop_vars("system")).drop_attrs(), again.drop_vars("system").drop_attrs())
    assert qbatt.solve(again).sizes == {"system": 4}
    with pytest.raises(qbatt.InputError, match="column n_c: it has 2 dimensions"):
        qbatt.solve(sweep)


def test_labels_units_and_provenance_are_those_of_netcdf() -> None:
    sweep = qbatt.sweep(nb=[2, 3], tolerance=1e-9)
    assert sweep.t_opt.attrs == {"long_name": "charging time, in units of 1/energy", "units": "1"}
    assert sweep.entropy_opt.attrs["units"] == "bit"
    assert sweep.n_b.attrs["long_name"] == "battery spins"
    assert sweep.attrs["source"].startswith(f"qbatt {qbatt.__version__} (")
    assert sweep.attrs["command"] == "qbatt.sweep(nb='2,3', tolerance='1e-09')"
    assert sweep.attrs["configuration"] == 'nb = "2,3"\ntolerance = "1e-09"\n'
    assert sweep.attrs["backend"] == "cpu"
    assert sweep.attrs["instruction_set"].startswith("x86-64-v")


def test_a_sweep_of_a_file_is_over_its_systems(tmp_path: Any) -> None:
    file = tmp_path / "systems.csv"
    file.write_text("n_b,n_c,m\n3,4,2\n5,5,9\n")
    sweep = qbatt.sweep(systems=file, ising=0.1)
    assert sweep.sizes == {"system": 2}
    assert sweep.status.values.tolist() == ["ok", "invalid"]
    assert sweep.m.values.tolist() == [2, 9]
    assert sweep.t_opt[0] == qbatt.optimum(nb=3, nc=4, m=2, ising=0.1).t_opt
