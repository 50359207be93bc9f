"""Tables of systems, as of pandas, as the columns that the extension reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from . import _core
from ._keywords import table


# The dimensions that results have beside those of free axes.
_counts = {"system", *(f"{name}_index" for name in table("sweep"))}


def columns_of(frame: Any) -> dict[str, Any]:
    """Every column by its name, those of systems as contiguous doubles of one length, others empty.

    Names, as of the charger, become their numbers among all names. Of a data set coordinates are columns too, and what counts along its
    dimensions is none. Raises InputError for what is no table, and for a column of systems that holds what it may not.
    """
    if not isinstance(frame, Mapping) and not hasattr(frame, "columns"):
        raise _core.InputError("frame must be a pandas.DataFrame or a mapping of arrays, one for each of its columns")
    found = frame.columns if hasattr(frame, "columns") else getattr(frame, "variables", frame)
    names = [name for name in map(str, found) if name not in _counts]
    given = {name: _numbers(name, frame[name]) for name in names if name in _core.system_columns}
    lengths = [values.size for values in given.values() if values.ndim > 0]
    length = max(lengths, default=1)
    columns = {name: np.empty(0) for name in names}
    for name, values in given.items():
        # A number stands for all rows.
        columns[name] = values if values.ndim > 0 else np.full(length, values.item())
    return columns


def _places(name: str, values: Any) -> Any:
    """The numbers of names."""
    choices = _core.system_choices[name]
    texts = np.asarray(values, dtype=object)
    for text in texts.reshape(-1):
        if text not in choices:
            raise _core.InputError(f"column {name}: {text!r} is not known: {_core.accepted_names(str(text), choices)}")
    return np.array([choices.index(text) for text in texts.reshape(-1)], dtype=np.float64).reshape(texts.shape)


def _numbers(name: str, values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    if name in _core.system_choices:
        values = _places(name, values)
    try:
        array = np.ascontiguousarray(values, dtype=np.float64) if np.ndim(values) else np.float64(values) * np.ones(())
    except (TypeError, ValueError):
        raise _core.InputError(f"column {name}: its values must be numbers") from None
    if array.ndim > 1:
        raise _core.InputError(f"column {name}: it has {array.ndim} dimensions, and must have one")
    return array


def index_of(frame: Any) -> Any:
    """The index of a DataFrame; None for other tables."""
    return getattr(frame, "index", None) if hasattr(frame, "columns") else None
