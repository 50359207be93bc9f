"""Chargers by their names: as axes, as columns of a table, and in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import qbatt


def test_states_of_the_charger_are_a_dimension_of_names() -> None:
    sweep = qbatt.sweep(nb=4, nc=6, m=[3, 4.5], charger_state=["thermal", "coherent"])
    assert sweep.sizes == {"charger_state": 2, "m": 2}
    assert sweep.charger_state.values.tolist() == ["thermal", "coherent"]
    assert sweep.m.values.tolist() == [3.0, 4.5]
    coherent = sweep.sel(charger_state="coherent")
    assert (coherent.ergotropy_opt > coherent.ergotropy_incoherent_opt).all()
    assert np.isnan(sweep.sel(charger_state="thermal").log_negativity_opt).all()
    assert (sweep.sectors > 1).all()


def test_a_list_of_one_name_is_a_dimension() -> None:
    for names in (["thermal"], ("thermal",), np.array(["thermal"]), pd.Index(["thermal"])):
        sweep = qbatt.sweep(nb=2, m=1, charger_state=names)
        assert sweep.sizes == {"charger_state": 1}
        assert sweep.t_opt.dims == ("charger_state",)
    assert qbatt.sweep(nb=2, m=1, charger_state="thermal").sizes == {}


def test_numbers_of_excitations_are_a_dimension_whatever_the_states() -> None:
    sweep = qbatt.sweep(nb=3, nc=5, m=[2, 2.5], charger_state=["dicke", "thermal"])
    assert sweep.sizes == {"charger_state": 2, "m": 2}
    assert sweep.sel(m=2.5).status.values.tolist() == ["invalid", "ok"]
    linked = qbatt.sweep(nb=3, nc=5, m="0.5nc", charger_state=["dicke", "thermal"], quiet=True)
    assert linked.m.dims == ("charger_state",) and linked.m.values.tolist() == [3, 2.5]


def test_a_mode_has_no_spins_and_as_many_quanta_as_cells() -> None:
    optimum = qbatt.optimum(nb=10, charger="boson")
    assert (optimum["n_c"], optimum["m"], optimum["charger"]) == (0, 10, "boson")
    assert optimum["energy_per_cell_opt"] == pytest.approx(0.886330036417, abs=1e-12)


def test_sizes_belong_to_spins_alone() -> None:
    sweep = qbatt.sweep(nb=[2, 3], charger="spins,boson", nc="nb,nb+1")
    assert sweep.sizes == {"charger": 2, "n_b": 2, "nc_index": 2}
    boson = sweep.sel(charger="boson")
    assert boson.status.values.tolist() == [["ok", "invalid"], ["ok", "invalid"]]
    assert (sweep.sel(charger="spins").status == "ok").all()
    assert boson.n_c.isel(nc_index=0).values.tolist() == [0, 0]


@pytest.mark.parametrize("table", [dict, pd.DataFrame], ids=lambda table: table.__name__)
def test_tables_name_chargers(table: Callable[[Any], Any]) -> None:
    columns = {"n_b": [3, 3, 3], "n_c": [5, 5, 0], "m": [2.5, 3, 2], "charger": ["spins", "spins", "boson"]}
    solved = qbatt.solve(table({**columns, "charger_state": ["thermal", "dicke", "coherent"]}))
    assert solved.charger.values.tolist() == columns["charger"]
    assert solved.status.values.tolist() == ["ok"] * 3
    alone = qbatt.optimum(nb=3, nc=5, m=2.5, charger_state="thermal")
    assert solved.t_opt.values[0] == alone["t_opt"]


def test_a_mode_in_a_table_needs_no_number_of_spins() -> None:
    frame = pd.DataFrame({"n_b": [3, 3], "n_c": [5, np.nan], "charger": ["spins", "boson"]})
    solved = qbatt.solve(frame)
    assert solved.status.values.tolist() == ["ok", "ok"] and solved.n_c.values.tolist() == [5, 0]
    np.testing.assert_array_equal(solved.t_opt, qbatt.solve(frame.drop(columns="n_c"), nc=5).t_opt)
    with pytest.raises(qbatt.InputError, match="none of 2 rows is physical: row 0, column n_c: .* 5 .* left out where the charger is a bos"):
        qbatt.solve(frame.assign(charger=["boson", "spins"]))
    with pytest.raises(qbatt.InputError, match="^row 1, column n_c: nan must be"):
        qbatt.solve(frame.drop(columns="charger"))


def test_names_that_are_none_are_told() -> None:
    with pytest.raises(qbatt.InputError, match="`bosons` is not known: did you mean `boson`"):
        qbatt.sweep(nb=3, charger="bosons")
    with pytest.raises(qbatt.InputError, match="column charger: 'mode' is not known"):
        qbatt.solve({"n_b": [3], "charger": ["mode"]})
    with pytest.raises(qbatt.InputError, match="must lie between 0 and N_c = 3"):
        qbatt.optimum(nb=3, m=4.5, charger_state="thermal")


@pytest.mark.parametrize("suffix", [".csv", ".nc"])
@pytest.mark.parametrize(
    "options",
    [
        {"nb": "2,3", "charger": "spins,boson", "charger_state": "dicke,thermal"},
        {"nb": "3", "nc": "4,5", "m": "2.5,3.5", "charger_state": "coherent,dephased"},
        {"nb": "2:5", "charger": "boson"},
    ],
    ids=["both", "states", "mode"],
)
def test_files_have_the_shape_of_their_sweep(command_line: Callable[..., Path], options: dict[str, str], suffix: str) -> None:
    file = command_line("sweep", **options, suffix=suffix, quiet=True)
    ours, theirs = qbatt.sweep(**options), qbatt.open(file)
    assert dict(theirs.sizes) == dict(ours.sizes)
    for name in ("t_opt", "entropy_opt", "n_c", "m", "charger", "charger_state", "sectors"):
        np.testing.assert_array_equal(ours[name].values, theirs[name].values, err_msg=name)
