import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

__all__ = [
    "BackendError",
    "Device",
    "FileError",
    "InputError",
    "Optimum",
    "__version__",
    "curve",
    "devices",
    "figures",
    "open",
    "optimum",
    "solve",
    "sweep",
]

__version__: str

_Number: TypeAlias = float | str | np.number[Any]
_Axis: TypeAlias = (
    _Number | range | Sequence[float] | Sequence[str] | npt.NDArray[np.number[Any]] | pd.Index[Any] | pd.Series[Any] | xr.DataArray
)

class InputError(ValueError): ...
class FileError(OSError): ...
class BackendError(RuntimeError): ...

class Device(NamedTuple):
    backend: str
    found: bool
    description: str

class Optimum(Mapping[str, Any]):
    attrs: dict[str, Any]
    def __init__(self, values: Mapping[str, Any], labels: Mapping[str, tuple[str, str]], attrs: Mapping[str, Any]) -> None: ...
    def __getitem__(self, name: str) -> Any: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    def __getattr__(self, name: str) -> Any: ...
    def __dir__(self) -> list[str]: ...

def optimum(
    *,
    **KEYWORDS: optimum
) -> Optimum: ...
def curve(
    *,
    **KEYWORDS: curve
    progress: bool = False,
) -> xr.Dataset: ...
def sweep(
    *,
    **KEYWORDS: sweep
    progress: bool = False,
) -> xr.Dataset: ...
def solve(
    frame: pd.DataFrame | Mapping[str, Any] | xr.Dataset,
    *,
    **KEYWORDS: solve
    progress: bool = False,
) -> xr.Dataset: ...
def open(path: str | os.PathLike[str]) -> xr.Dataset: ...
def figures(
    folder: str | os.PathLike[str],
    *,
    **KEYWORDS: figures
) -> list[str]: ...
def devices() -> list[Device]: ...
