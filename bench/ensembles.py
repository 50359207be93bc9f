#!/usr/bin/env python3
"""What ensembles of chains take: thermal, dephased and coherent chargers by build/qbatt, and one small case beside QuTiP.

    bench/ensembles.py                 measure, print, write bench/results/ensembles.json
    bench/ensembles.py --print FILE    print a record

Workloads, each a run of the program from its start to the file on all cores, the best of --repeats runs:

    thermal     N_b = N_c = 1000, three quarters of the spins up: the first peak of some 5600 chains
    polarized   N_b = 50, N_c = 200, thermal, 41 polarizations from 1/2 to 9/10: chains that they share are solved once
    coherent    N_b = 200, N_c = 400, three quarters up: the first peak, and the singular values of the state there
    small       N_b = N_c = 10, thermal, 1000 polarizations at 64 times

Beside each stand the chains, the peak of memory and the largest error_bound of its rows. Seconds are of one machine, and no figure to be
quoted: a record of them is there to be compared with another of the same machine.

QuTiP: N_b = 3, N_c = 4, thermal, 3 spins up on average, Delta = 0.3, the stored energy at 64 times: mesolve on the density matrix of all
2^7 product states, with its tolerances as they come and with 1e-12, against `qbatt curve`, program start included.
"""

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build" / "qbatt"

WORKLOADS = {
    "thermal": ["--nb", "1000", "--m", "750", "--charger-state", "thermal"],
    "polarized": ["--nb", "50", "--nc", "200", "--m", "lin:100:180:41", "--charger-state", "thermal"],
    "coherent": ["--nb", "200", "--nc", "400", "--m", "300", "--charger-state", "coherent"],
    "small": [
        *["--nb", "10", "--nc", "10", "--m", "lin:0.01:9.99:1000", "--charger-state", "thermal"],
        *["--times", "0:2:64", "--time-unit", "absolute", "--series", "energy,entropy,error_bound"],
    ],
}


def run(arguments, folder):
    """Seconds, peak memory in bytes, and the rows of a sweep."""
    path = Path(folder) / "rows.csv"
    command = [PROGRAM, "sweep", *arguments, "--overwrite", "--quiet", "-o", path]
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=folder)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return seconds, usage.ru_maxrss * 1024, rows


def measure_workloads(repeats):
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in WORKLOADS.items():
            runs = [run(arguments, folder) for _ in range(repeats)]
            rows = runs[0][2]
            results[name] = {
                "arguments": arguments,
                "seconds": min(seconds for seconds, _, _ in runs),
                "bytes": max(size for _, size, _ in runs),
                "rows": len(rows),
                "error_bound": max(float(row["error_bound"]) for row in rows),
            }
            if "sectors" in rows[0]:
                results[name]["chains"] = sum(int(row["sectors"]) for row in rows)
    return results


def measure_qutip(repeats):
    try:
        import numpy as np
        import qutip
    except ImportError:
        return None
    n_b, n_c, up, ising, stop, times = 3, 4, 3.0, 0.3, 2.0, 64
    spins = n_b + n_c

    def on(places, op):
        return sum(qutip.tensor([op if i == place else qutip.qeye(2) for i in range(spins)]) for place in places)

    battery, charger = range(n_b), range(n_b, spins)
    raising, z = qutip.basis(2, 0) * qutip.basis(2, 1).dag(), qutip.sigmaz() / 2
    s_plus, j_plus = on(battery, raising), on(charger, raising)
    s_z, j_z = on(battery, z), on(charger, z)
    hamiltonian = s_z + j_z + s_plus * j_plus.dag() + s_plus.dag() * j_plus + 2 * ising * s_z * j_z
    down = qutip.fock_dm(2, 1)
    mixed = up / n_c * qutip.fock_dm(2, 0) + (1 - up / n_c) * down
    start = qutip.tensor([down] * n_b + [mixed] * n_c)
    grid = np.linspace(0, stop, times)

    def by_qutip(**options):
        result = qutip.mesolve(hamiltonian, start, grid, [], e_ops=[s_z + n_b / 2], options={"progress_bar": "", **options})
        return np.real(result.expect[0])

    def by_qbatt():
        arguments = ["--nb", n_b, "--nc", n_c, "--m", up, "--ising", ising, "--charger-state", "thermal", "--optimum", "none"]
        grid_text = f"0:{stop}:{times}"
        command = [PROGRAM, "curve", *arguments, "--times", grid_text, "--series", "energy,error_bound"]
        text = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
        rows = list(csv.DictReader(text.splitlines()))
        return np.array([float(row["energy"]) for row in rows]), max(float(row["error_bound"]) for row in rows)

    def best(call):
        found, seconds = None, []
        for _ in range(repeats):
            begin = time.perf_counter()
            found = call()
            seconds.append(time.perf_counter() - begin)
        return found, min(seconds)

    (energy, bound), own = best(by_qbatt)
    results = {"qbatt": {"seconds": own, "error_bound": bound}, "version": qutip.__version__}
    tight = {"atol": 1e-12, "rtol": 1e-12, "nsteps": 1_000_000}
    for name, options in (("qutip", {}), ("qutip tight", tight)):
        found, seconds = best(lambda options=options: by_qutip(**options))
        results[name] = {"seconds": seconds, "energy_off": float(np.max(np.abs(found - energy)))}
    return results


def show(record):
    for name, result in record["workloads"].items():
        chains = f"{result['chains']} chains, " if "chains" in result else ""
        print(
            f"{name:<10} {result['seconds']:6.2f} s, {result['rows']} rows, {chains}{result['bytes'] / 2**20:.0f} MiB, "
            f"bound {result['error_bound']:.1e}"
        )
    if record["qutip"]:
        own = record["qutip"]["qbatt"]
        print(f"qbatt curve: bound {own['error_bound']:.1e}")
        for name in ("qutip", "qutip tight"):
            peer = record["qutip"][name]
            print(f"{name:<12} {peer['seconds'] / own['seconds']:.0f} times as long, energy off by {peer['energy_off']:.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--print", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "ensembles.json")
    options = parser.parse_args()
    if options.print:
        show(json.loads(options.print.read_text()))
        return
    record = {
        "date": time.strftime("%Y-%m-%d"),
        "machine": {"processor": platform.processor(), "cores": os.cpu_count(), "load": os.getloadavg()[0]},
        "program": subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True).stdout.strip(),
        "repeats": options.repeats,
        "workloads": measure_workloads(options.repeats),
        "qutip": measure_qutip(options.repeats),
    }
    show(record)
    options.out.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
