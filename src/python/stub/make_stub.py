"""Writes the stub of the package: the template, with the keywords of each function from the tables of options.

    python3 src/python/stub/make_stub.py TEMPLATE STUB

In the template a line `    **KEYWORDS: command` stands for the keywords of `command`. Needs the extension on the path, and nothing else.
"""

import re
import sys
from pathlib import Path

from qbatt import _keywords


def annotation(keyword: _keywords.Keyword) -> str:
    """The type of what a keyword takes; the runtime takes texts and numbers wherever either makes sense."""
    if keyword.is_switch:
        return "bool"
    if keyword.choices:
        names = "Literal[" + ", ".join(f'"{name}"' for name in keyword.choices) + "]"
        return f"str | Sequence[{names}] | None" if keyword.several else f"{names} | None"
    return {
        "AXIS": "_Axis | None",
        "TIMES": "_Axis | None",
        "LIST": "int | str | Sequence[int] | None",
        "FILE": "str | os.PathLike[str] | None",
    }.get(keyword.type, "_Number | None")


def lines_of(command: str) -> str:
    lines = []
    for keyword in _keywords.table(command).values():
        default = keyword.default
        lines.append(f"    {keyword.name}: {annotation(keyword)} = {default!r},\n")
    return "".join(lines)


def main(template: str, stub: str) -> None:
    text = re.sub(r"    \*\*KEYWORDS: (\w+)\n", lambda match: lines_of(match[1]), Path(template).read_text())
    Path(stub).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
