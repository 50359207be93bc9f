#!/usr/bin/env python3
"""One battery of up to 10^9 spins: time, memory and accuracy of `qbatt sweep` against N = N_b = N_c at resonance.

    bench/scaling.py [--largest 1e9]              measure, print, write bench/results/scaling.json
    bench/scaling.py --filling [--largest 1e7]    the same beside N_c = 2 N_b, m = (N_b + N_c)/2, where some 11 sqrt(N_b) pairs
                                                  carry the state: bench/results/scaling_filling.json
    bench/scaling.py --print FILE                 print a record

Small N are repeated with other couplings until there is enough to measure. Times are of the whole process; `ns` is its CPU time per
eigenpair and level. The energy is compared with quad precision where a value exists.
"""

import argparse
import csv
import io
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUAD = {100_000: 0.9999792664056465}  # energy per cell at the first peak


FULL = {"family": "m = N_c = N_b", "options": [], "levels": 3e7}
HALFWAY = {"family": "m = (N_b + N_c)/2, N_c = 2 N_b", "options": ["--nc", "2nb", "--m", "1.5nb"], "levels": 1e6}


def measure(program, family, n):
    count = max(1, round(family["levels"] / n))
    command = [program, "sweep", "--nb", str(n), *family["options"], "--coupling", f"lin:1:2:{count}" if count > 1 else "1"]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{' '.join(command)}: wait status {status}")
    rows = list(csv.DictReader(io.StringIO(output)))
    row = rows[0]
    entry = {
        "family": family["family"],
        "n": n,
        "systems": len(rows),
        "ok": sum(r["status"] == "ok" for r in rows),
        "n_eig": int(row["n_eig"]),
        "seconds": seconds / len(rows),
        "cpu_seconds": usage.ru_utime / len(rows),
        "ns_per_pair_and_level": 1e9 * usage.ru_utime / len(rows) / int(row["n_eig"]) / int(row["dim"]),
        "peak_mib": usage.ru_maxrss / 1024,
        "energy_per_cell": float(row["energy_per_cell_opt"]),
        "error_bound": max(float(r["error_bound"]) for r in rows),
    }
    if family is FULL and n in QUAD:
        entry["off_by"] = abs(entry["energy_per_cell"] - QUAD[n])
    return entry


def print_record(record):
    print(f"{record['cpu']}, {record['threads']} threads, {record['version']}, {record['date']}")
    print(f"{'N':>12}{'n_eig':>7}{'seconds':>11}{'ns':>8}{'MiB':>7}  {'energy per cell':<20}{'bound':>9}{'off by':>9}")
    family = None
    for e in record["rows"]:
        if e.get("family") != family:
            family = e.get("family")
            print(family)
        off = f"{e['off_by']:.0e}" if "off_by" in e else ""
        print(f"{e['n']:>12}{e['n_eig']:>7}{e['seconds']:>11.4g}{e['ns_per_pair_and_level']:>8.3f}{e['peak_mib']:>7.0f}  "
              f"{e['energy_per_cell']:<20.16g}{e['error_bound']:>9.1e}{off:>9}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/qbatt"))
    parser.add_argument("--filling", action="store_true", help="both fillings of the charger")
    parser.add_argument("--largest", type=float, help="spins; 1e9, or 1e7 with --filling")
    parser.add_argument("--out", help="file of the record")
    parser.add_argument("--print", dest="shown", metavar="FILE", help="only print this record")
    arguments = parser.parse_args()
    if arguments.shown:
        print_record(json.loads(Path(arguments.shown).read_text()))
        return
    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    version = subprocess.run([arguments.program, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]
    largest = arguments.largest or (1e7 if arguments.filling else 1e9)
    out = Path(arguments.out or ROOT / "bench/results" / ("scaling_filling.json" if arguments.filling else "scaling.json"))
    sizes = [10**k for k in range(4, 10) if 10**k <= largest]
    families = [FULL, HALFWAY] if arguments.filling else [FULL]
    record = {"date": time.strftime("%Y-%m-%d"), "cpu": cpu, "threads": os.cpu_count(), "version": version,
              "load_average": os.getloadavg()[0], "rows": [measure(arguments.program, f, n) for f in families for n in sizes]}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(record, indent=1) + "\n")
    print_record(record)


if __name__ == "__main__":
    main()
