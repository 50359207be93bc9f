"""What functions return beside data sets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class Device(NamedTuple):
    """A backend or device that was looked for, and what came of it."""

    backend: str
    """``cpu`` or ``cuda``"""
    found: bool
    description: str
    """the device in words, or why it was not found"""


class Optimum(Mapping[str, Any]):
    """The optimum of one system: the columns of a row of a sweep, as items and as attributes.

    >>> best = qbatt.optimum(nb=7)
    >>> best.t_opt == best["t_opt"]
    True
    >>> dict(best)["status"]
    'ok'
    """

    def __init__(self, values: Mapping[str, Any], labels: Mapping[str, tuple[str, str]], attrs: Mapping[str, Any]) -> None:
        """`labels`: long name and unit of each value; `attrs`: how it came about."""
        self._values = dict(values)
        self._labels = dict(labels)
        self.attrs = dict(attrs)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        # Not while an instance is made anew from its pickle.
        if not name.startswith("_") and name in self._values:
            return self._values[name]
        raise AttributeError(f"an optimum has no `{name}`: it has {', '.join(self.__dict__.get('_values', {}))}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._values]

    def __repr__(self) -> str:
        lines = ["<qbatt.Optimum>"]
        width = max(map(len, self._values), default=0)
        for name, value in self._values.items():
            text = f"{value:.13g}" if isinstance(value, float) and not math.isnan(value) else str(value)
            long_name, units = self._labels[name]
            lines.append(f"{name:<{width}}  {text:<20}  {long_name}" + (f" ({units})" if units not in ("1", "") else ""))
        return "\n".join(lines)
