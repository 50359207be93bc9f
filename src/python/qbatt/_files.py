"""Results files of the command line as data sets of the shape that qbatt.sweep returns."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _core
from ._dataset import variable_of
from ._keywords import Keyword, table

_series_of_rows = "error_bound"  # which a row has too: as a series it is error_bound_t


def open_results(path: str | os.PathLike[str]) -> xr.Dataset:
    name = os.fspath(path)
    try:
        rows = _read_netcdf(name) if name.endswith(".nc") else _read_csv(name)
    except (OSError, ValueError) as error:
        raise _core.FileError(f"cannot read {name}: {_reason(error)}") from error
    return _in_the_shape_of_its_sweep(rows)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


# ---- reading: a data set over `system`, `time` and `k`, with the attributes of the file


def _read_netcdf(path: str) -> xr.Dataset:
    if not os.path.exists(path):
        raise FileNotFoundError(2, os.strerror(2), path)
    with xr.open_dataset(path, engine="netcdf4", mask_and_scale=False, decode_times=False, decode_coords=False) as file:
        rows = file.load()
    if not str(rows.attrs.get("source", "")).startswith("qbatt "):
        raise ValueError("it holds no results of qbatt")
    rows = xr.Dataset({name: _decoded(variable) for name, variable in rows.variables.items()}, attrs=rows.attrs)
    return _with_levels(rows) if "sample" in rows.dims else rows


def _decoded(variable: xr.Variable) -> xr.Variable:
    """Flags as the words that they mean, and without what concerns the file alone."""
    attributes = {
        name: value
        for name, value in variable.attrs.items()
        if name not in ("_FillValue", "coordinates", "sample_dimension", "flag_meanings", "flag_values")
    }
    values = variable.values
    if "flag_meanings" in variable.attrs:
        values = np.array(variable.attrs["flag_meanings"].split())[values]
    elif values.dtype.kind == "O":  # texts that xarray has written
        values = values.astype(np.str_)
    return xr.Variable(variable.dims, values, attributes)


def _with_levels(rows: xr.Dataset) -> xr.Dataset:
    """The ragged array of populations, padded over k."""
    level = rows["level"].values
    system = np.repeat(np.arange(rows.sizes["system"]), rows["dim"].values)
    padded = np.full((rows.sizes["system"], rows.sizes["time"], int(level.max()) + 1), np.nan)
    padded[system, :, level] = rows["populations"].values
    attributes = rows["populations"].attrs
    k = xr.Variable("k", np.arange(padded.shape[2]), rows["level"].attrs)
    return rows.drop_dims("sample").assign({"populations": (("system", "time", "k"), padded, attributes)}).assign_coords(k=k)


def _read_csv(path: str) -> xr.Dataset:
    import pandas as pd

    # As texts first, of which Python makes the nearest doubles: not every version of pandas does.
    table: Any = pd.read_csv(path, dtype=str, keep_default_na=False)
    kinds = {name: {"i": np.int64, "f": np.float64, "s": np.str_}[kind] for name, kind in _core.row_columns}
    values: dict[str, Any] = {
        str(name): table[name].to_numpy(dtype=object).astype(kinds.get(name, np.float64)) for name in table
    }
    attributes = _record_beside(path)
    if "t" in values:
        return _in_time(values, attributes)
    if "n_b" not in values:
        raise ValueError("it holds no results of qbatt")
    return xr.Dataset({name: _labeled(name, ("system",), array) for name, array in values.items()}, attrs=attributes)


def _in_time(values: Mapping[str, Any], attributes: Mapping[str, Any]) -> xr.Dataset:
    """A curve, or the tidy rows of a sweep: a row for each time of each system."""
    columns = list(values)
    front = columns[: columns.index("t")]
    of_system = front + [name for name in columns[len(front) :] if name in _core.system_columns]
    times = len(values["t"])
    if of_system:
        times //= json.loads(attributes["sweep"])["rows"] if "sweep" in attributes else _changes([values[name] for name in of_system])
    dims = ("system", "time") if of_system else ("time",)
    shape = (-1, times) if of_system else (-1,)
    data = {name: _labeled(name, ("system",), values[name][::times]) for name in of_system}
    levels = [name for name in columns if name.startswith("p_") and name[2:].isdigit()]
    for name in columns[len(front) :]:
        if name not in levels and name not in of_system:
            series = f"{name}_t" if name == _series_of_rows else name
            data[series] = _labeled(name, dims, values[name].reshape(shape))
    dataset = xr.Dataset(data, attrs=attributes)
    if levels:
        populations = np.stack([values[name] for name in levels], axis=-1)
        dataset["populations"] = ((*dims, "k"), populations, {"long_name": "population p_k of the level", "units": "1"})
        dataset = dataset.assign_coords(k=("k", np.arange(len(levels)), {"long_name": "level k of the battery", "units": "1"}))
    return dataset


def _changes(systems: list[Any]) -> int:
    """How many systems follow one another where no record tells."""
    changes = np.zeros(len(systems[0]), dtype=bool)
    changes[0] = True
    for column in systems:
        changes[1:] |= column[1:] != column[:-1]
    return int(changes.sum())


def _labeled(name: str, dims: tuple[str, ...], values: Any) -> xr.Variable:
    long_name, units = _core.label(name)
    return xr.Variable(dims, values, {"long_name": long_name, "units": units})


def _record_beside(path: str) -> dict[str, Any]:
    for suffix in (".sweep.json", ".shard.json"):
        if os.path.exists(path + suffix):
            with open(path + suffix, encoding="utf-8") as file:
                text = file.read()
            about = {key: value for key, value in json.loads(text).items() if isinstance(value, str)}
            return {**about, "sweep": text}
    return {}


# ---- the shape


def _in_the_shape_of_its_sweep(rows: xr.Dataset) -> xr.Dataset:
    coordinates = [name for name in ("t", *_core.system_columns) if name in rows]
    rows = rows.set_coords(coordinates)
    options = _options_of(rows.attrs)
    if options is None or "system" not in rows.dims:
        return rows
    command, texts = options
    try:
        parts, cells = _core.layout(command, texts)
    except _core.InputError:  # of a version with other axes
        return rows
    grid = xr.Dataset(coords={name: variable for name, variable, _ in map(variable_of, parts)})
    dims = [dim for dim in grid.dims if dim != "time"]
    shape = tuple(grid.sizes[dim] for dim in dims)
    if len(cells) != rows.sizes["system"] or not _are_at(rows, grid, dims, shape, cells):
        return rows
    data = {}
    for name, variable in rows.variables.items():
        if name in _core.system_columns or "system" not in variable.dims:
            continue
        data[name] = _scattered(str(name), variable, dims, shape, cells)
    kept = rows.drop_vars([name for name in rows.variables if "system" in rows[name].dims])
    if "time" in grid and grid.sizes["time"] != rows.sizes.get("time"):
        grid = grid.drop_vars("time")
    return kept.assign(data).assign_coords(grid.coords).set_coords([name for name in ("t",) if name in data])


def _options_of(attributes: Mapping[str, Any]) -> tuple[str, dict[str, str | bool]] | None:
    """The command and its axes and times; None where systems came from a file, of a shard, and where nothing tells."""
    texts: dict[str, str | bool] = {}
    command = "sweep"
    if "sweep" in attributes:
        record = json.loads(attributes["sweep"])
        words = record["fingerprint"].get("words of the list of systems", {})
        if "--nb" not in words or record["shard"]["count"] > 1:
            return None
        texts = {option: text for option, text in words.items() if option != "--skip-invalid" and text != "the default"}
        times = record["fingerprint"].get("--times", "")
        if times and "CRC" not in times:
            texts |= {"--times": times, "--time-unit": record["fingerprint"]["--time-unit"]}
    elif "configuration" in attributes:
        configuration = str(attributes["configuration"])
        command = configuration.removeprefix("# qbatt ").partition(":")[0]
        if command not in ("curve", "optimum"):
            return None
        own = tomllib.loads(configuration)
        options = [keyword.option for keyword in table(command).values() if _makes_a_shape(keyword)]
        texts = {option: str(own[option[2:]]) for option in options if option[2:] in own}
    else:
        return None
    return command, texts


def _makes_a_shape(keyword: Keyword) -> bool:
    """Whether the option of a single system says of what system or of what times results are."""
    return keyword.type in ("NUMBER", "TIMES") or "unit" in keyword.name or keyword.names_chargers


def _are_at(rows: xr.Dataset, grid: xr.Dataset, dims: list[Any], shape: tuple[int, ...], cells: Any) -> bool:
    """Whether each row is of the system that the grid has in its cell."""
    for name in _core.system_columns:
        everywhere = grid[name].broadcast_like(grid[dims] if dims else grid[name]).transpose(*dims).values
        if not np.array_equal(np.broadcast_to(everywhere, shape).reshape(-1)[cells], rows[name].values):
            return False
    return True


def _scattered(name: str, variable: xr.Variable, dims: list[Any], shape: tuple[int, ...], cells: Any) -> xr.Variable:
    values = variable.values
    count = int(np.prod(shape, dtype=np.int64))
    if values.dtype.kind == "f":
        empty: Any = np.nan
    elif values.dtype.kind == "i":
        empty = _core.absent
    else:
        empty = "invalid" if name == "status" else ""
        values = values.astype(np.result_type(values, np.array(empty)))
    spread = np.full((count, *values.shape[1:]), empty, dtype=values.dtype)
    spread[cells] = values
    scattered = xr.Variable((*dims, *variable.dims[1:]), spread.reshape(shape + values.shape[1:]), variable.attrs)
    if values.dtype.kind == "i":
        scattered.encoding["_FillValue"] = _core.absent
    return scattered
