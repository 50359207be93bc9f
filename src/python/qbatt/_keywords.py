"""Keywords as the options of the command line: their table, their values as texts, what is wrong with them in a line."""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from . import _core


class Keyword(NamedTuple):
    """What the tables of options say of one keyword."""

    name: str  # "omega_b"
    option: str  # "--omega-b"
    type: str  # of its value, in a word: "AXIS"; empty for a switch
    help: str
    by_default: str
    example: str
    choices: list[str]
    several: bool
    is_switch: bool

    @property
    def is_list(self) -> bool:
        """Whether it takes several values that make no axis, as the names of series."""
        return self.type in ("NAMES", "LIST") and not self.names_chargers

    @property
    def names_chargers(self) -> bool:
        """Whether it is a parameter of the system whose values are names."""
        return self.name in _core.system_choices

    @property
    def default(self) -> bool | None:
        """What the signature shows: a switch is on or off, everything else not given."""
        return self.by_default == "on" if self.is_switch else None


class UnknownKeyword(_core.InputError, TypeError):
    """A keyword that a function does not have, as Python calls it; an InputError too."""


@functools.cache
def table(command: str) -> Mapping[str, Keyword]:
    """The keywords of a function by their names, in the order of the help."""
    keywords = {}
    for fields in _core.keywords(command):
        name = fields[0].lstrip("-").replace("-", "_")
        keywords[name] = Keyword(name, *fields)
    return keywords


def text_of(value: Any) -> str:
    """A value in the language of the command line: 7, "1:20", range(1, 21), [1, 2], an array, a path."""
    if isinstance(value, str):
        return value
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, range) and value.step > 0 and len(value) > 1:
        return f"{value[0]}:{value[-1]}" + (f":{value.step}" if value.step > 1 else "")
    if hasattr(value, "__array__"):  # NumPy, pandas, xarray
        array = value.__array__()
        value = array.tolist()
        if array.ndim == 1 and array.dtype.kind in "fiu":
            return _list_of([repr(item) for item in value])
    if isinstance(value, Iterable) and not isinstance(value, (bytes, Mapping)):
        return _list_of([text_of(item) for item in value])
    if isinstance(value, (bool, bytes, Mapping)) or not hasattr(value, "__float__"):
        raise _core.InputError(f"{value!r} is neither a number, a text, a range, a sequence nor an array")
    return repr(value) if isinstance(value, (int, float)) else repr(float(value))


def _list_of(items: list[str]) -> str:
    # An axis of one value is an axis: the range from the value to itself.
    if len(items) == 1 and ":" not in items[0] and "," not in items[0]:
        return f"{items[0]}:{items[0]}"
    return ",".join(items)


def options_of(command: str, values: Mapping[str, Any]) -> dict[str, str | bool]:
    """What the extension takes: the text of each option that is given, and the switches.

    Raises InputError, naming the keyword: unknown, with the one that was probably meant, or with a value that is no text.
    """
    keywords = table(command)
    options: dict[str, str | bool] = {}
    for name, value in values.items():
        if name not in keywords:
            raise UnknownKeyword(f"{command}() has no keyword `{name}`: {_core.accepted_names(name, list(keywords))}")
        if value is None:
            continue
        options[keywords[name].option] = _value_of(keywords[name], value)
    return options


def _value_of(keyword: Keyword, value: Any) -> str | bool:
    if keyword.is_switch:
        if not isinstance(value, bool):
            raise _core.InputError(f"{keyword.name}: {value!r} must be True or False")
        return value
    try:
        if keyword.is_list and isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)):
            return ",".join(text_of(item) for item in value)
        return text_of(value)
    except _core.InputError as error:
        raise _core.InputError(f"{keyword.name}: {error}") from None


def configuration_of(options: Mapping[str, str | bool]) -> str:
    """The options as TOML, as a configuration file of the command line has them."""
    return "".join(f"{option.lstrip('-')} = {json.dumps(value, ensure_ascii=False)}\n" for option, value in options.items())


def call_of(command: str, options: Mapping[str, str | bool], argument: str = "") -> str:
    """The call as it would be typed."""
    arguments = [argument] if argument else []
    arguments += [f"{option.lstrip('-').replace('-', '_')}={value!r}" for option, value in options.items()]
    return f"qbatt.{command}({', '.join(arguments)})"


def documented(command: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Gives a function that takes **options the signature and the description of its keywords."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        own = inspect.signature(function)
        kept = [p for p in own.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        more = [
            inspect.Parameter(keyword.name, inspect.Parameter.KEYWORD_ONLY, default=keyword.default)
            for keyword in table(command).values()
        ]
        positional = [p for p in kept if p.kind is not inspect.Parameter.KEYWORD_ONLY]
        named = [p for p in kept if p.kind is inspect.Parameter.KEYWORD_ONLY]
        function.__signature__ = own.replace(parameters=positional + more + named)  # type: ignore[attr-defined]
        text = inspect.cleandoc(function.__doc__ or "")
        function.__doc__ = text.replace("{keywords}", "\n".join(map(_described, table(command).values())))
        return function

    return decorate


def _described(keyword: Keyword) -> str:
    by_default = keyword.by_default if keyword.by_default in ("", "required") else f"default {keyword.by_default}"
    parts = [keyword.help, by_default, f"for example ``{keyword.example}``"]
    return f"{keyword.name}\n    {'; '.join(filter(None, parts))}."
