"""The functions of the package."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import _core
from ._keywords import call_of, configuration_of, documented, options_of, text_of
from ._results import Device, Optimum

if TYPE_CHECKING:
    import os

    import xarray as xr


def _compute(
    command: str,
    values: Mapping[str, Any],
    systems: dict[str, Any] | None = None,
    argument: str = "",
    tick: Callable[[int, int], None] | None = None,
    depth: int = 3,
) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The variables of the results, and their attributes.

    Warns of what the command line remarks, in the name of who called the function `depth` calls further out.
    """
    options = options_of(command, values)
    variables, attributes, wall_time, remarks, aloud = _core.compute(
        command, options, systems, call_of(command, options, argument), configuration_of(options), tick
    )
    if aloud:
        for remark in remarks:
            warnings.warn(remark, stacklevel=depth)
    return variables, {**dict(attributes), "wall_time": wall_time, "wall_time_units": "s"}


class _Progress:
    """A line of tqdm, where it is wanted and installed."""

    def __init__(self, wanted: bool) -> None:
        self._tqdm: Any = None
        self._line: Any = None
        if wanted:
            try:
                from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]
            except ImportError:
                return
            self._tqdm = tqdm

    @property
    def tick(self) -> Callable[[int, int], None] | None:
        return self._show if self._tqdm else None

    def _show(self, finished: int, total: int) -> None:
        if total == 0:
            return
        if self._line is None:
            self._line = self._tqdm(total=total, unit=" systems", desc="qbatt")
        self._line.update(finished - self._line.n)

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._line is not None:
            if kind is None:
                self._line.update(self._line.total - self._line.n)
            self._line.close()


def _dataset(
    command: str, values: Mapping[str, Any], progress: bool, systems: dict[str, Any] | None = None, argument: str = ""
) -> xr.Dataset:
    with _Progress(progress) as line:
        variables, attributes = _compute(command, values, systems, argument, line.tick, depth=4)
    from ._dataset import dataset_of

    return dataset_of(variables, attributes)


@documented("optimum")
def optimum(**options: Any) -> Optimum:
    """The optimum of one system: its first maximum of the energy, or the largest.

    Returns a mapping with the columns of a row (``t_opt``, ``energy_opt``, ``energy_per_cell_opt``, ``entropy_opt``,
    ``ergotropy_opt``, ``error_bound``, ``status`` and so on), which are attributes too. ``docs/sweeps.md`` has their formulas.

    Keywords, each a number or a text as on the command line:

    {keywords}

    Raises InputError for a system that is not physical and a keyword that is not understood, BackendError where what is to compute
    is not there.
    """
    variables, attributes = _compute("optimum", options)
    values: dict[str, Any] = {}
    labels: dict[str, tuple[str, str]] = {}
    for name, _, long_name, units, array, words, _ in variables:
        value = array.item()
        values[name] = value if words is None else words[value]
        labels[name] = (long_name, units)
    return Optimum(values, labels, attributes)


@documented("curve")
def curve(*, progress: bool = False, **options: Any) -> xr.Dataset:
    """One system in time.

    Returns a data set over ``time``: ``t`` (absolute times, in 1/energy), a variable for each series, and with ``populations``
    p_k(t) as ``populations(time, k)``; beside them the optimum, as a sweep has it. The coordinate ``time`` is in the unit of
    ``time_unit``.

    Keywords, each a number or a text as on the command line; ``times`` may be a sequence or an array:

    {keywords}

    ``progress`` shows a line of tqdm where it is installed. Raises InputError and BackendError as :func:`optimum`.
    """
    return _dataset("curve", options, progress)


@documented("sweep")
def sweep(*, progress: bool = False, **options: Any) -> xr.Dataset:
    """Many systems: the product of axes.

    An axis is a number, a sequence, an array, a range, or a text of the command line's language: ``"1:2000"``, ``"log:10:1e6:6"``,
    ``"nb+1"``. Returns a data set over the free axes of several values (``n_b``, ``ising``, …), in the order of the keywords:

    - the parameters are coordinates; one that is linked, as ``nc="nb+1"``, is a coordinate over what it refers to;
    - an axis that is linked and takes several values, as ``nc="nb:2nb"``, is a dimension ``nc_index`` with the coordinate
      ``n_c(n_b, nc_index)``, which is absent (-1 or NaN) where it has fewer values than elsewhere;
    - ``t_opt``, ``energy_opt``, ``status`` and the other columns of a row are variables over all dimensions. A combination that is not
      physical has the status ``invalid``, NaN, and -1 in whole numbers;
    - with ``times`` a series is a variable over all dimensions and ``time``, and ``populations`` one over ``k`` too, NaN beyond the
      levels of a system.

    Attributes say how the results came about. They are the same bits as the command line's, for any number of threads.

    {keywords}

    ``progress`` shows a line of tqdm where it is installed. Ctrl-C ends a sweep within moments. Warns of rows that are ``inaccurate``
    or ``failed``. Raises InputError for what is not understood, for unphysical systems where none is physical, and for more
    results than fit into memory; FileError where the file of ``systems`` cannot be read; BackendError where what is to compute is not
    there.
    """
    return _dataset("sweep", options, progress)


@documented("solve")
def solve(frame: Any, *, progress: bool = False, **options: Any) -> xr.Dataset:
    """One system a row of a table.

    ``frame`` is a pandas.DataFrame, a mapping of arrays or a data set over ``system`` with any of the columns ``n_b``, ``n_c``, ``m``,
    ``omega_b``, ``omega_c``, ``coupling``, ``ising``, ``charger``, ``charger_state``; what has no column is a keyword, a number or a
    link, or has its default. Columns of results are passed over, and ``n_c`` of a boson may be missing. Returns a data set over
    ``system``, whose coordinate is the index of a DataFrame.

    {keywords}

    ``progress`` shows a line of tqdm where it is installed. Raises InputError naming the row, from 0, and the column.
    """
    from ._frames import columns_of, index_of

    dataset = _dataset("solve", options, progress, columns_of(frame), "frame")
    index = index_of(frame)
    return dataset if index is None else dataset.assign_coords(system=index)


def open(path: str | os.PathLike[str]) -> xr.Dataset:  # noqa: A001  (as qbatt.open)
    """A results file of the command line, .nc or .csv, in the shape that :func:`sweep` returns.

    A sweep over axes that the file names in its attributes becomes an array over them. Other files, as shards and those of
    ``--systems``, stay over the dimension ``system``. Reading netCDF takes xarray with netCDF4.

    Raises FileError where the file cannot be read.
    """
    from ._files import open_results

    return open_results(path)


@documented("figures")
def figures(folder: str | os.PathLike[str], **options: Any) -> list[str]:
    """Figures 2 to 5 of Liu et al., Chin. Phys. B 34, 020306 (2025), and more, as tables (.csv) and pictures in a folder.

    Returns the lines that the command line prints: exponents with their errors, then the names of the files. Pictures are drawn by
    gnuplot; where it is not there the tables are written all the same, and BackendError says so.

    {keywords}

    Raises InputError, and FileError where a file cannot be written.
    """
    lines, all_well = _core.figures({"--out": text_of(folder), **options_of("figures", options)})
    if not all_well:
        warnings.warn("some states are inaccurate or failed", stacklevel=2)
    return lines


def devices() -> list[Device]:
    """Every backend and device that was looked for, and why others were not found."""
    return [Device(*report) for report in _core.devices()]
