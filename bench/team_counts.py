#!/usr/bin/env python3
"""What a team of CUDA's spectral solver takes a system: instructions, shared memory and bytes, and the times that follow for an H200.

    QBATT_PTXRUN=FOLDER bench/team_counts.py    run the sweeps, print, write bench/results/team_counts.json
    bench/team_counts.py --print FILE           print a record

FOLDER holds an emulator of PTX that counts what it executes: no GPU is needed, and no time is measured. The time of a unit is its count over
its rate, alone and never waiting; what the slowest unit takes is a lower bound.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWEEPS = [
    ("--nb 512 --nc 600 --omega-c 1.1 --ising lin:0.1:0.2:4", 4),
    ("--nb 1000 --nc 1000", 1),
    ("--nb 200:2000:450 --nc 200:2000:450", 25),
    ("--nb 1:31:2 --ising lin:0:1:4 --times 0:2:64 --time-unit optimum", 64),
]
CLOCK = 1.83e9
MULTIPROCESSORS = 132
# Of an H200, in a second: instructions of a thread's FP64 unit, multiply-adds of tensor cores, instructions issued for warps, accesses of a warp
# to shared memory that meet no bank twice, bytes of device memory.
RATES = {
    "fp64_unit_slots": 16.7e12,
    "tensor_multiply_adds": 33.5e12,
    "warp_instructions_issued": 4 * MULTIPROCESSORS * CLOCK,
    "shared_wavefronts": MULTIPROCESSORS * CLOCK,
    "global_bytes_in_sectors": 4.0e12,
}
SECTOR = 32


def count(emulator, build, arguments, systems):
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        command = [emulator / "ptxrun", "--build", build, build / "qbatt", "sweep", *arguments.split(), "--backend", "cuda", "--quiet", "-o",
                   "rows.csv"]
        subprocess.run(command, cwd=folder, env=dict(os.environ, PTXRUN_COUNT=str(counts)), check=True, stderr=subprocess.DEVNULL)
        counted = json.loads(counts.read_text())
    kernels, host = counted["kernels"], counted["host"]

    def classes(name):
        return sum(kernel["classes"][name] for kernel in kernels)

    def memory(kind, unit):
        return sum(kernel["memory"][f"{kind}_{access}"][unit] for kernel in kernels for access in ("load", "store", "atomic"))

    return {
        "sweep": arguments,
        "systems": systems,
        "fp64_instructions": round(classes("fp64") / systems),
        "fp64_unit_slots": round(classes("fp64_slots") / systems),
        "tensor_multiply_adds": round(classes("fp64_mma") / systems),
        "integer_instructions": round(classes("integer") / systems),
        "warp_instructions_issued": round(sum(k["classes"]["issue"] * k["sampled"]["divergence"] / 32 for k in kernels) / systems),
        "shared_wavefronts": round(memory("shared", "wavefronts") / systems),
        "global_bytes_in_sectors": round(SECTOR * memory("global", "sectors") / systems),
        "bytes_to_host": round(host.get("bytes_to_host", 0) / systems),
        "launches": host["launch"],
        "accesses_not_looked_at": sum(k["sampled"]["accesses_left_out"] for k in kernels),
    }


def seconds(workload):
    """What a system takes each unit of an H200."""
    return {unit: workload[unit] / rate for unit, rate in RATES.items()}


def show(record):
    print(record["program"])
    for workload in record["workloads"]:
        taken = seconds(workload)
        slowest = max(taken, key=taken.get)
        print(f"{workload['sweep']}\n    {1e-6 / taken[slowest]:.2f} million systems a second, by {slowest}")
        for unit, one in taken.items():
            print(f"    {unit:<26}{workload[unit]:>12,}{1e6 * one:>10.3f} us")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--print", dest="shown", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, default=ROOT / "bench/results/team_counts.json")
    options = parser.parse_args()
    if options.shown:
        show(json.loads(options.shown.read_text()))
        return
    if not os.environ.get("QBATT_PTXRUN"):
        parser.error("QBATT_PTXRUN names no folder of an emulator")
    build = options.build.resolve()
    version = subprocess.run([build / "qbatt", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    record = {
        "program": version.splitlines()[0],
        "method": "PTX of the build for compute capability 9.0, executed and counted by an emulator; a system, all kernels",
        "workloads": [count(Path(os.environ["QBATT_PTXRUN"]), build, *sweep) for sweep in SWEEPS],
    }
    options.out.write_text(json.dumps(record, indent=1) + "\n")
    show(record)


if __name__ == "__main__":
    main()
