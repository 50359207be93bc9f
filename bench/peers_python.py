#!/usr/bin/env python3
"""qbatt from Python beside what a user of Python writes today, in one process, each timed from the call to the arrays in hand.

    python bench/peers_python.py                 measure, print the ratios, write bench/results/peers_python.json
    python bench/peers_python.py --print FILE    print the ratios of a record

Two tasks:

    sizes    the optimum of all N_b = N_c = N from 10 to 200: charging time, energy and entropy
    curve    energy and entropy of N_b = N_c = N on 401 times over twice the charging time

and these peers:

    straight         SciPy eigh_tridiagonal on the chain, all pairs, a scan and Brent's method (bench/peers.py)
    expert           SciPy in its expert use: only the pairs that matter, real arithmetic, half the spectrum (bench/peers.py)
    qutip            sesolve on the spin operators, the state in (N + 1)^2 dimensions, with its tolerances as they come
    qutip tight      the same with tolerances of 1e-12
    dynamiqs         the same by its sesolve in double precision, compiled before it is timed
    dynamiqs tight   the same by Dopri8 with tolerances of 1e-12

A time is the best of --repeats calls, and of short ones as many as fill two seconds, behind one that is not counted. Beside each stands how
far its energy per cell and its entropy in bits are from qbatt's, and qbatt's bound on the error of its states, of which its energy per cell is
off by at most twice as much. All compute on one thread. Needs the package qbatt (pip install .), SciPy, and QuTiP and dynamiqs for
their rows.
"""

import argparse
import functools
import importlib.metadata
import json
import os
import platform
import sys
import time
from pathlib import Path

# Read when NumPy, SciPy and JAX are loaded.
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np
from peers import entropy_bits, expert_optimum, straight_optimum, straight_pairs

ROOT = Path(__file__).resolve().parent.parent
SIZES = range(10, 201)
TIMES = 401


def qbatt_sizes():
    import qbatt

    sweep = qbatt.sweep(nb=SIZES, threads=1, quiet=True)
    return {"energy": sweep.energy_per_cell_opt.values, "entropy": sweep.entropy_opt.values, "bound": float(sweep.error_bound.max())}


def of_each_size(optimum):
    """The same by a function of one size."""
    found = [optimum(n) for n in SIZES]
    return {name: np.array([row[key] for row in found]) for name, key in (("energy", "energy_per_cell"), ("entropy", "entropy"))}


def qbatt_curve(n, times):
    import qbatt

    series = ["energy_per_cell", "entropy", "error_bound"]
    curve = qbatt.curve(nb=n, times=times, series=series, optimum="none", threads=1, quiet=True)
    return {"energy": curve.energy_per_cell.values, "entropy": curve.entropy.values, "bound": float(curve.error_bound_t.max())}


def straight_curve(n, times):
    _, w, v = straight_pairs(n)
    p = np.abs(v @ (v[0][:, None] * np.exp(-1j * np.outer(w, times)))) ** 2
    return {"energy": np.arange(n + 1) @ p / n, "entropy": entropy_bits(p)}


def qutip_curve(n, times, options):
    import qutip

    spin = n / 2
    one = qutip.qeye(n + 1)
    up, z = qutip.jmat(spin, "+"), qutip.jmat(spin, "z")
    battery_z, charger_z = qutip.tensor(z, one), qutip.tensor(one, z)
    exchange = qutip.tensor(up, up.dag())
    hamiltonian = battery_z + charger_z + exchange + exchange.dag()
    start = qutip.tensor(qutip.basis(n + 1, n), qutip.basis(n + 1, 0))  # all down, all up
    states = qutip.sesolve(hamiltonian, start, times, options={"nsteps": 10**7, "store_states": True, **options}).states
    energy = np.array([qutip.expect(battery_z, state) for state in states]) / n + 0.5
    entropy = np.array([qutip.entropy_vn(state.ptrace(0), base=2) for state in states])
    return {"energy": energy, "entropy": entropy}


def dynamiqs_curve(n, times, method):
    import dynamiqs

    dynamiqs.set_precision("double")
    k = np.arange(n)
    up = dynamiqs.asqarray(np.diag(np.sqrt((k + 1.0) * (n - k)), -1), dims=(n + 1,))
    z, one = dynamiqs.asqarray(np.diag(np.arange(n + 1) - n / 2), dims=(n + 1,)), dynamiqs.eye(n + 1)
    battery_z, charger_z = dynamiqs.tensor(z, one), dynamiqs.tensor(one, z)
    exchange = dynamiqs.tensor(up, up.dag())
    hamiltonian = battery_z + charger_z + exchange + exchange.dag()
    start = dynamiqs.tensor(dynamiqs.basis(n + 1, 0), dynamiqs.basis(n + 1, n))  # all down, all up
    method = getattr(dynamiqs.method, method[0])(**method[1])
    result = dynamiqs.sesolve(hamiltonian, start, times, exp_ops=[battery_z], method=method, progress_meter=False)
    entropy = np.asarray(dynamiqs.entropy_vn(dynamiqs.ptrace(result.states, 0))) / np.log(2)
    return {"energy": np.asarray(result.expects[0].real) / n + 0.5, "entropy": entropy}


def version_of(package):
    """None where it is not installed."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def best_time(function, repeats):
    """(seconds, result) of the fastest call, of so many and of short ones as many as fill two seconds."""
    result = function()
    seconds = []
    while len(seconds) < repeats or sum(seconds) < 2:
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return min(seconds), result


def compare(task, size, ours, peers, repeats):
    """A row for each peer: its time, that of qbatt, and what lies between their results."""
    qbatt_seconds, exact = best_time(ours, repeats)
    rows = []
    for name, peer in peers.items():
        seconds, result = best_time(peer, repeats)
        rows.append(
            {
                "task": task,
                "size": size,
                "peer": name,
                "peer_seconds": seconds,
                "qbatt_seconds": qbatt_seconds,
                "ratio": seconds / qbatt_seconds,
                "energy_per_cell_off_by": float(np.abs(result["energy"] - exact["energy"]).max()),
                "entropy_off_by": float(np.abs(result["entropy"] - exact["entropy"]).max()),
                "qbatt_error_bound": exact["bound"],
            }
        )
    return rows


def measure(repeats):
    import qbatt

    rows = compare(
        "sizes",
        max(SIZES),
        qbatt_sizes,
        {"straight": lambda: of_each_size(straight_optimum), "expert": lambda: of_each_size(expert_optimum)},
        repeats,
    )
    tight = {"rtol": 1e-12, "atol": 1e-12}
    for n in (20, 100, 500):
        times = np.linspace(0, 2 * qbatt.optimum(nb=n).t_opt, TIMES)
        peers = {"straight": functools.partial(straight_curve, n, times)}
        if n == 20 and version_of("qutip"):
            peers["qutip"] = functools.partial(qutip_curve, n, times, {})
            peers["qutip tight"] = functools.partial(qutip_curve, n, times, tight)
        if n == 20 and version_of("dynamiqs"):
            peers["dynamiqs"] = functools.partial(dynamiqs_curve, n, times, ("Tsit5", {}))
            peers["dynamiqs tight"] = functools.partial(dynamiqs_curve, n, times, ("Dopri8", tight))
        rows += compare("curve", n, functools.partial(qbatt_curve, n, times), peers, repeats)
    packages = ("numpy", "scipy", "xarray", "qutip", "dynamiqs")
    versions = {"python": platform.python_version(), **{name: version_of(name) for name in packages}}
    attributes = qbatt.optimum(nb=1).attrs
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cpu": qbatt.devices()[-1].description,
        "threads": 1,
        "load_average": os.getloadavg()[0],
        "qbatt": attributes["source"],
        "versions": versions,
        "rows": rows,
    }


def print_record(record):
    print(f"{record['qbatt']}, {record['cpu']}, on {record['threads']}, {record['date']}")
    print(f"{'task':<8}{'size':>6}  {'peer':<16}{'peer / qbatt':>13}{'energy off by':>15}{'entropy off by':>16}{'qbatt bound':>13}")
    for row in record["rows"]:
        print(
            f"{row['task']:<8}{row['size']:>6}  {row['peer']:<16}{row['ratio']:>13.4g}{row['energy_per_cell_off_by']:>15.1e}"
            f"{row['entropy_off_by']:>16.1e}{row['qbatt_error_bound']:>13.1e}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "bench/results/peers_python.json")
    parser.add_argument("--print", dest="shown", type=Path, metavar="FILE", help="only print this record")
    arguments = parser.parse_args()
    if arguments.shown:
        print_record(json.loads(arguments.shown.read_text()))
        return 0
    record = measure(arguments.repeats)
    arguments.out.write_text(json.dumps(record, indent=1) + "\n")
    print_record(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
