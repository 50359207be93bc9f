"""From the arrays of the extension to xarray. Imported when the first data set is made, since xarray and pandas take a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from . import _core


def variable_of(parts: tuple[Any, ...]) -> tuple[str, xr.Variable, bool]:
    """Name and variable, and whether it is a coordinate."""
    name, dimensions, long_name, units, values, words, is_coordinate = parts
    if words is not None:
        values = np.array(words)[values]
    variable = xr.Variable(dimensions, values, {"long_name": long_name, "units": units})
    if values.dtype.kind == "i":
        variable.encoding["_FillValue"] = _core.absent
    return name, variable, is_coordinate


def dataset_of(parts: Iterable[tuple[Any, ...]], attributes: Mapping[str, Any]) -> xr.Dataset:
    data: dict[str, xr.Variable] = {}
    coordinates: dict[str, xr.Variable] = {}
    for part in parts:
        name, variable, is_coordinate = variable_of(part)
        (coordinates if is_coordinate else data)[name] = variable
    return xr.Dataset(data, coordinates, attributes)
