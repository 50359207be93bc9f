#!/usr/bin/env python3
"""What a sweep of a million systems costs from Python, to an xarray.Dataset, over the call in C++; and what `import qbatt` takes.

    cmake --build build --target qbatt_sweep_call
    bench/python_overhead.py [--build build] [--record bench/results/python_overhead.json]

Runs in a Python that has the package. Both are run one after the other, several times; the fastest of each are compared, in seconds
that passed and in seconds of processors, which others on the machine lengthen less.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
THREADS = 2
SWEEPS = {
    "10^6 systems of 2 to 11 levels": {"nb": "1:10", "nc": "nb", "ising": "lin:0:0.9:100000"},
    "10^6 systems of 3 to 32 levels": {"nb": "2:31", "nc": "nb", "ising": "lin:0:0.9:33334"},
}


def in_cpp(program, axes):
    output = subprocess.run([program, str(THREADS), axes["nb"], axes["nc"], axes["ising"]], check=True, stdout=subprocess.PIPE, text=True)
    rows, passed, processors = output.stdout.split()
    return int(rows), float(passed), float(processors)


def in_python(axes):
    """In a process of its own, as memory that was used before is faster."""
    output = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps(axes)], check=True, stdout=subprocess.PIPE, text=True
    )
    rows, passed, processors = output.stdout.split()
    return int(rows), float(passed), float(processors)


def one(axes):
    import qbatt
    import xarray  # noqa: F401  (loaded once, not a part of the call)

    def processors():
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    start, before = time.perf_counter(), processors()
    sweep = qbatt.sweep(**axes, threads=THREADS, backend="cpu")
    print(sweep.t_opt.size, time.perf_counter() - start, processors() - before)


def import_seconds():
    code = "import time; start = time.perf_counter(); import qbatt; print(time.perf_counter() - start)"
    return min(float(subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE).stdout) for _ in range(5))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return one(arguments.one)
    import qbatt

    record = {
        "date": time.strftime("%Y-%m-%d"),
        "cpu": qbatt.devices()[-1].description,
        "version": qbatt.optimum(nb=1).attrs["source"],
        "python": platform.python_version(),
        "threads": THREADS,
        "load_average": os.getloadavg()[0],
        "import_seconds": import_seconds(),
        "sweeps": [],
    }
    for name, axes in SWEEPS.items():
        runs = [(in_cpp(arguments.build / "qbatt_sweep_call", axes), in_python(axes)) for _ in range(arguments.repeats)]
        cpp, python = (tuple(min(run[i][k] for run in runs) for k in range(3)) for i in range(2))
        assert cpp[0] == python[0]
        record["sweeps"].append(
            {
                "sweep": name,
                "axes": axes,
                "rows": cpp[0],
                "cpp_seconds": cpp[1],
                "python_seconds": python[1],
                "cpp_processor_seconds": cpp[2],
                "python_processor_seconds": python[2],
                "overhead": python[1] / cpp[1] - 1,
                "overhead_of_processors": python[2] / cpp[2] - 1,
            }
        )
    text = json.dumps(record, indent=1)
    print(text)
    if arguments.record:
        arguments.record.write_text(text + "\n")


if __name__ == "__main__":
    main()
