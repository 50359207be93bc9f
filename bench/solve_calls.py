#!/usr/bin/env python3
"""How many calls of solve() a sweep on CUDA makes, and how many systems it hands over at once: what a device is fed with.

    bench/solve_calls.py                 run the sweeps, print, write bench/results/solve_calls.json
    bench/solve_calls.py --print FILE    print a record

Counted by the spans `solve` of QBATT_TRACE. A module without a GPU, which the tests of tests/devices use, answers at once (build/tests/devices):
chunks are cut before anything is solved, and by what the program predicts.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AXIS = "--ising lin:0:0.5:200000 --solver dense"
SWEEPS = {
    "64 levels": f"--nb 63 --nc 74 --m 63 {AXIS}",
    "513 levels": f"--nb 512 --nc 523 --m 512 {AXIS}",
    "2001 levels": f"--nb 2000 --nc 2011 --m 2000 {AXIS}",
    "the plane": "--nb 1:2000 --nc 1:2000",
}


def count(build, arguments):
    fakes = build / "tests/devices"
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.json"
        environment = dict(os.environ, QBATT_TRACE=str(trace), QBATT_CUDA_MODULE=str(fakes / "fit/libqbatt_cuda.so"),
                           LD_LIBRARY_PATH=str(fakes / "one_device"))
        command = [build / "qbatt", "sweep", *arguments.split(), "--backend", "cuda", "--quiet", "-o", "rows.csv"]
        subprocess.run(command, cwd=folder, env=environment, check=True)
        spans = [json.loads(line) for line in trace.read_text().splitlines()]
    systems = [span["args"]["items"] for span in spans if span["name"] == "solve"]
    return {"arguments": arguments, "calls": len(systems), "systems": sum(systems), "most_systems_a_call": max(systems)}


def show(record):
    print(record["program"], record["date"])
    for name, sweep in record["sweeps"].items():
        print(f"{name:<12} {sweep['calls']:>5} calls, at most {sweep['most_systems_a_call']:>7} of {sweep['systems']} systems")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--print", dest="shown", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, default=ROOT / "bench/results/solve_calls.json")
    options = parser.parse_args()
    if options.shown:
        show(json.loads(options.shown.read_text()))
        return
    version = subprocess.run([options.build / "qbatt", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    record = {
        "date": time.strftime("%Y-%m-%d"),
        "program": version,
        "sweeps": {name: count(options.build, arguments) for name, arguments in SWEEPS.items()},
    }
    show(record)
    options.out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
