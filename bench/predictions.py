#!/usr/bin/env python3
"""What `qbatt sweep --dry-run` predicts beside what the sweep takes, for twenty-four jobs.

    bench/predictions.py [--only WORD]       measure, print, write bench/results/predictions.json
    bench/predictions.py --print FILE        print a record

Each job is run with --dry-run and then in earnest, on one thread of one processor unless it says otherwise. What is compared is the CPU
time of the process, which others on the machine do not lengthen, divided by the threads; the record holds the ratios.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNITS = {"s": 1, "min": 60, "h": 3600, "days": 86400}

# Name, axes and options, file, threads.
JOBS = [
    ("sizes up to 4000", "--nb 1:4000", "x.csv", 1),
    ("sizes up to 4000, one processor by taskset", "--nb 1:4000", "x.csv", 0),
    ("small systems, CSV", "--nb 1:30 --ising lin:0:1:5000", "x.csv", 1),
    ("small systems, netCDF", "--nb 1:30 --ising lin:0:1:5000", "x.nc", 1),
    ("small systems, two threads", "--nb 1:30 --ising lin:0:1:20000", "x.csv", 2),
    ("series of small systems, all observables", "--nb 1:30 --coupling lin:1:2:1000 --times 0:2:65 --time-unit optimum", "x.nc", 1),
    ("series of two observables", "--nb 10:300 --times 0:2:8001 --time-unit optimum --series energy,entropy", "x.nc", 1),
    ("series of all observables", "--nb 10:300 --times 0:2:4001 --time-unit optimum", "x.nc", 1),
    ("long series, no optimum", "--nb 10000 --nc nb+1:nb+6 --times 0:5:4001 --time-unit rabi --optimum none", "x.nc", 1),
    ("populations", "--nb 10:300 --times 0:2:801 --time-unit optimum --populations --series energy", "x.nc", 1),
    ("plane", "--nb 1:250 --nc 1:250", "x.csv", 1),
    ("m = N_c / 2, 10^4 spins", "--nb 1e4 --nc 1e4 --m 0.5nc --coupling lin:1:2:400", "x.csv", 1),
    ("m = N_c / 2, 2 10^5 spins", "--nb 2e5:2.2e5:5e3 --m 0.5nc", "x.csv", 1),
    ("m = N_c / 2, charger of twice the size", "--nb 2e4:2.4e4:500 --nc 2nb --m nb", "x.csv", 1),
    ("m = 0.7 N_c, from all of the matrix to a band", "--nb 1e4:6e4:1e3 --m 0.7nc", "x.csv", 1),
    ("m = 0.5 to 0.9 N_c, 3 10^4 spins", "--nb 3e4 --m lin:0.5nc:0.9nc:60", "x.csv", 1),
    ("largest power, m = (N_b + N_c) / 2", "--nb 1e4:5e4:1e3 --nc 2nb --m 0.5nb+0.5nc --optimum power", "x.csv", 1),
    ("Delta = A", "--nb 200:10000:100 --ising 1", "x.csv", 1),
    ("Delta = 2 A", "--nb 100:20000:20 --nc nb+1 --ising 2", "x.csv", 1),
    ("detuned", "--nb 4000 --omega-c lin:1:1000:1000", "x.csv", 1),
    ("3 10^6 spins and more", "--nb 3e6,3.1e6,3.2e6,3.3e6", "x.csv", 1),
    ("global optimum", "--nb 1:3000 --optimum global", "x.csv", 1),
    ("dense", "--nb 100:1000:20 --solver dense", "x.csv", 1),
    ("chebyshev", "--nb 500:6000:100 --solver chebyshev", "x.csv", 1),
]


def command_of(program, options, file, threads):
    pinned = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if threads == 0 else []
    return [*pinned, program, "sweep", *options.split(), "-o", file] + (["--threads", str(threads)] if threads > 0 else [])


def predicted(command, folder):
    text = subprocess.run([*command, "--dry-run"], check=True, stdout=subprocess.PIPE, text=True, cwd=folder).stdout
    number = re.search(r"^time +about ([0-9.]+) (s|min|h|days) ", text, re.MULTILINE)
    if number is None:
        sys.exit(f"{' '.join(command)}: is too short to have a prediction:\n{text}")
    return float(number[1]) * UNITS[number[2]]


def measure(program, name, options, file, threads):
    with tempfile.TemporaryDirectory() as folder:
        command = command_of(program, options, file, threads)
        before = predicted(command, folder)
        process = subprocess.Popen([*command, "--quiet"], cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            sys.exit(f"{' '.join(command)}: wait status {status}")
    took = (usage.ru_utime + usage.ru_stime) / max(1, threads)
    return {"job": name, "options": f"{options} -o {file}", "threads": threads or "taskset", "predicted_over_real": before / took}, took


def print_record(record):
    print(f"{record['cpu']}, {record['version']}, {record['date']}")
    for e in record["jobs"]:
        print(f"{e['predicted_over_real']:8.2f}  {e['job']}")
    ratios = [e["predicted_over_real"] for e in record["jobs"]]
    print(f"{min(ratios):8.2f} to {max(ratios):.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/qbatt"))
    parser.add_argument("--only", help="jobs whose names hold this word; writes no record")
    parser.add_argument("--out", default=str(ROOT / "bench/results/predictions.json"))
    parser.add_argument("--print", dest="shown", metavar="FILE", help="only print this record")
    arguments = parser.parse_args()
    if arguments.shown:
        print_record(json.loads(Path(arguments.shown).read_text()))
        return
    if shutil.which("taskset") is None:
        sys.exit("bench/predictions.py needs taskset (util-linux)")
    jobs = []
    for job in JOBS:
        if arguments.only and arguments.only not in job[0]:
            continue
        entry, took = measure(arguments.program, *job)
        jobs.append(entry)
        print(f"{entry['predicted_over_real']:8.2f}  {entry['job']} ({took:.1f} s)", file=sys.stderr, flush=True)
    if arguments.only:
        return
    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    version = subprocess.run([arguments.program, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]
    record = {"date": time.strftime("%Y-%m-%d"), "cpu": cpu, "version": version, "load_average": os.getloadavg()[0],
              "compared": "CPU time of the process over its threads", "jobs": jobs}
    Path(arguments.out).write_text(json.dumps(record, indent=1) + "\n")
    print_record(record)


if __name__ == "__main__":
    main()
