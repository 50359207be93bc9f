#!/usr/bin/env python3
"""qbatt beside SciPy, NumPy and QuTiP on the same problems, in one run on one machine.

    bench/peers.py                    measure, print the ratios, write bench/results/peers.json
    bench/peers.py --print FILE       print the ratios of a record

qbatt's times come from build/qbatt_bench_workloads (in the program, without its start-up); the peers are timed here, without theirs, each
as one who knows it would write it:

    straight   SciPy eigh_tridiagonal, all pairs; complex exponentials on a scan of 400 times over [0, pi T]; Brent's method
    expert     SciPy eigh_tridiagonal(select='v') with the window widened until the weights add up; real arithmetic, half the spectrum
               (resonance); a scan of 60 times of dE/dt, then its root
    numpy      numpy.linalg.eigh on the explicit matrix, batched where there are many
    qutip      sesolve on the tridiagonal Hamiltonian; of a thermal charger (workload ensemble, see bench/ensembles.py) mesolve on the
               density matrix of all spins, against `qbatt curve` with the program's start

All use all cores (BLAS threads and qbatt's). A time is the best of --repeats runs; beside it stands how far its result is from qbatt's, which
has a rigorous bound. Needs NumPy and SciPy; QuTiP where it is installed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

import ensembles
import numpy as np
import scipy
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import brentq, minimize_scalar

ROOT = Path(__file__).resolve().parent.parent


def offdiag(n_b, n_c, m):
    """H_{k,k+1} of a central-spin battery with A = 1."""
    k = np.arange(min(n_b, m), dtype=float)
    return np.sqrt((k + 1) * (n_b - k) * (m - k) * (n_c - m + k + 1))


def entropy_bits(p):
    """-sum p log2 p over the first axis."""
    return -np.sum(p * np.log2(np.where(p > 0, p, 1)), axis=0)


def straight_pairs(n):
    e = offdiag(n, n, n)
    return e, *eigh_tridiagonal(np.zeros(n + 1), e)


def straight_optimum(n):
    e, w, v = straight_pairs(n)
    c = v[0]
    k = np.arange(n + 1)

    def populations(t):
        return np.abs(v @ (c[:, None] * np.exp(-1j * np.outer(w, np.atleast_1d(t))))) ** 2

    scan = np.linspace(0, np.pi * np.sum(0.5 / e), 400)
    energy = k @ populations(scan) / n
    top = next(i for i in range(1, len(scan)) if i + 1 == len(scan) or (energy[i] >= energy[i - 1] and energy[i] > energy[i + 1]))
    bracket = (scan[top - 1], scan[top], scan[min(top + 1, len(scan) - 1)])
    best = minimize_scalar(lambda t: -(k @ populations(t))[0] / n, bracket=bracket, method="brent")
    p = populations(best.x)[:, 0]
    return {"t_opt": best.x, "energy_per_cell": float(k @ p / n), "entropy": float(entropy_bits(p))}


def expert_optimum(n):
    e = offdiag(n, n, n)
    zeros = np.zeros(n + 1)
    window = 4.0 * e[0]
    while True:  # the spectrum is symmetric: its upper half carries all, pairs at +-lambda alike
        w, v = eigh_tridiagonal(zeros, e, select="v", select_range=(-1e-6 * e[0], window))
        weight = v[0] ** 2
        zero = np.abs(w) < 1e-6 * e[0]
        share = np.where(zero, 1.0, 2.0)
        if abs(np.sum(share * weight) - 1) < 1e-13:
            break
        window *= 1.5
    k = np.arange(n + 1)
    vc = v * (share * v[0])
    even, odd = vc[0::2], vc[1::2]

    def amplitudes(t):  # psi_k for even k, i psi_k for odd k
        phase = np.outer(w, np.atleast_1d(t))
        a = np.empty((n + 1, phase.shape[1]))
        a[0::2] = even @ np.cos(phase)
        a[1::2] = odd @ np.sin(phase)
        return a

    sign = np.where(np.arange(n) % 2 == 0, 1.0, -1.0)[:, None]

    def slope(t):  # d<k>/dt
        a = amplitudes(t)
        return np.sum(2 * e[:, None] * sign * a[:-1] * a[1:], axis=0)

    scan = np.linspace(0, 2.2 * np.sum(0.5 / e), 60)[1:]
    s = slope(scan)
    i = int(np.argmax(s < 0))
    t = brentq(lambda x: slope(x)[0], scan[i - 1], scan[i], xtol=1e-15, rtol=1e-13)
    p = amplitudes(t)[:, 0] ** 2
    return {"t_opt": t, "energy_per_cell": float(k @ p / n), "entropy": float(entropy_bits(p))}


def numpy_optimum(n):
    e = offdiag(n, n, n)
    w, v = np.linalg.eigh(np.diag(e, 1) + np.diag(e, -1))
    c, k = v[0], np.arange(n + 1)

    def populations(t):
        return np.abs(v @ (c[:, None] * np.exp(-1j * np.outer(w, np.atleast_1d(t))))) ** 2

    scan = np.linspace(0, np.pi * np.sum(0.5 / e), 400)
    energy = k @ populations(scan)
    top = next(i for i in range(1, 400) if i == 399 or (energy[i] >= energy[i - 1] and energy[i] > energy[i + 1]))
    best = minimize_scalar(lambda t: -(k @ populations(t))[0], bracket=tuple(scan[top - 1 : top + 2]), method="brent")
    p = populations(best.x)[:, 0]
    return {"t_opt": best.x, "energy_per_cell": float(k @ p / n), "entropy": float(entropy_bits(p))}


def straight_curve(n, t_last):
    _, w, v = straight_pairs(n)
    t = np.linspace(0, t_last, 1000)
    p = np.abs(v @ (v[0][:, None] * np.exp(-1j * np.outer(w, t)))) ** 2
    energy, entropy = np.arange(n + 1) @ p / n, entropy_bits(p)
    return {"energy_per_cell": float(energy[-1]), "entropy": float(entropy[-1])}


def qutip_curve(n, t_last):
    import qutip

    e = offdiag(n, n, n)
    h = qutip.Qobj(scipy.sparse.diags([e, e], [1, -1]).tocsr())
    result = qutip.sesolve(h, qutip.basis(n + 1, 0), np.linspace(0, t_last, 1000), options={"nsteps": 10**7, "store_states": True})
    p = np.abs(np.hstack([s.full() for s in result.states])) ** 2
    energy, entropy = np.arange(n + 1) @ p / n, entropy_bits(p)
    return {"energy_per_cell": float(energy[-1]), "entropy": float(entropy[-1])}


def numpy_small(count):
    """Batches of equal dimension: explicit matrices, eigh, evolution on 64 times."""
    i = np.arange(count)
    n_b, n_c = 1 + i % 31, 1 + 7 * i % 40
    delta = 1.0 - (1.0 + (53 * i % 100) / 200.0)
    ising = (37 * i % 100) / 100.0 - 0.5
    dim = np.minimum(n_b, n_c) + 1
    energy = entropy = 0.0
    for d in np.unique(dim):
        s = np.flatnonzero(dim == d)
        nb, nc = n_b[s][:, None].astype(float), n_c[s][:, None].astype(float)
        k = np.arange(d, dtype=float)
        h = np.zeros((len(s), d, d))
        h[:, np.arange(d), np.arange(d)] = k * (delta[s][:, None] + 2 * ising[s][:, None] * (nc - k - (nc - nb) / 2))
        b = np.sqrt((k[:-1] + 1) * (nb - k[:-1]) * (nc - k[:-1]) * (k[:-1] + 1))
        h[:, np.arange(d - 1), np.arange(1, d)] = h[:, np.arange(1, d), np.arange(d - 1)] = b
        w, v = np.linalg.eigh(h)
        t = np.linspace(0, 6, 64) / b[:, :1]
        factors = v[:, 0, :, None] * np.exp(-1j * w[:, :, None] * t[:, None, :])
        p = (v @ factors.real) ** 2 + (v @ factors.imag) ** 2
        energy += np.sum(np.einsum("k,skt->st", k, p) / nb)
        entropy += -np.sum(p * np.log2(np.where(p > 0, p, 1)))
    return {"mean_energy_per_cell": float(energy / (64 * count)), "mean_entropy": float(entropy / (64 * count))}


def best_time(function, repeats):
    """(seconds, result) of the fastest run."""
    best, result = np.inf, None
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - start)
    return best, result


def run_qbatt(program, repeats):
    """{name: entry of Google Benchmark}, the fastest repetition of each."""
    command = [program, "--benchmark_format=json", f"--benchmark_repetitions={repeats}", "--benchmark_min_time=0.2",
               "--benchmark_filter=^(optimum|fig5|curve|logarithms|small)/"]
    record = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    fastest = {}
    for entry in record["benchmarks"]:
        if entry.get("run_type") == "iteration":
            name = entry["run_name"].removesuffix("/real_time")
            if name not in fastest or entry["real_time"] < fastest[name]["real_time"]:
                fastest[name] = entry
    context = {key: value for key, value in record["context"].items() if key not in ("executable", "host_name")}
    return context, fastest


def disagreement(result, entry):
    return {f"{key}_off_by": abs(value - entry[key]) for key, value in result.items()}


def compare(program, repeats):
    context, ours = run_qbatt(program, repeats)
    rows = []

    def add(workload, name, size, peer, seconds, count, result):
        entry = ours[name]
        qbatt_seconds = entry["real_time"] * 1e-3 / entry.get("systems", 1)
        rows.append({"workload": workload, "size": size, "peer": peer, "peer_seconds": seconds / count, "qbatt_seconds": qbatt_seconds,
                     "ratio": seconds / count / qbatt_seconds, "qbatt_error_bound": entry["error_bound"], **disagreement(result, entry)})

    peers = [("straight", straight_optimum, 2000), ("expert", expert_optimum, 2000), ("numpy", numpy_optimum, 1000)]
    for name, entry in ours.items():
        size = int(name.split("/")[1])
        if name.startswith("optimum/"):
            for peer, function, largest in peers:
                if size <= largest:
                    seconds, result = best_time(lambda: function(size), repeats)
                    add("optimum", name, size, peer, seconds, 1, result)
        elif name.startswith("curve/"):
            seconds, result = best_time(lambda: straight_curve(size, entry["t_last"]), repeats)
            add("curve", name, size, "straight", seconds, 1, result)
            logs = ours[f"logarithms/{size}"]["real_time"] * 1e-3
            rows[-1]["logarithms_seconds"] = logs
            rows[-1]["qbatt_over_logarithms"] = entry["real_time"] * 1e-3 / logs
            if size <= 500 and has_qutip():
                seconds, result = best_time(lambda: qutip_curve(size, entry["t_last"]), 1)
                add("curve", name, size, "qutip", seconds, 1, result)
        elif name.startswith("small/"):
            seconds, result = best_time(lambda: numpy_small(size), repeats)
            add("small", name, size, "numpy", seconds, size, result)
    rows += compare_ensemble(repeats)
    record = {"date": time.strftime("%Y-%m-%d"), "machine": describe_machine(), "qbatt": context, "rows": rows}
    record["fig5_seconds"] = ours["fig5/2000"]["real_time"] * 1e-3
    record["fig5_largest_error_bound"] = ours["fig5/2000"]["error_bound"]
    return record


def compare_ensemble(repeats):
    """A thermal charger of few spins, the program's start included; size: spins of battery and charger."""
    found = ensembles.measure_qutip(repeats)
    if found is None:
        return []
    own = found["qbatt"]
    return [{"workload": "ensemble", "size": 7, "peer": peer, "peer_seconds": found[peer]["seconds"], "qbatt_seconds": own["seconds"],
             "ratio": found[peer]["seconds"] / own["seconds"], "qbatt_error_bound": own["error_bound"],
             "energy_off_by": found[peer]["energy_off"]} for peer in ("qutip", "qutip tight")]


def has_qutip():
    try:
        import qutip  # noqa: F401
    except ImportError:
        return False
    return True


def describe_machine():
    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    versions = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    if has_qutip():
        import qutip

        versions["qutip"] = qutip.__version__
    return {"cpu": cpu, "cores": os.cpu_count(), "versions": versions, "load_average": os.getloadavg()[0]}


def print_record(record):
    print(f"{record['machine']['cpu']}, {record['machine']['cores']} cores, qbatt {record['qbatt']['git_revision']}, "
          f"{record['qbatt']['instruction_set']}, {record['date']}")
    print(f"{'workload':<10}{'size':>8}  {'peer':<10}{'peer / qbatt':>13}{'qbatt bound':>13}   largest disagreement")
    for row in record["rows"]:
        off = {key.removesuffix("_off_by"): value for key, value in row.items() if key.endswith("_off_by")}
        worst = max(off, key=off.get)
        print(f"{row['workload']:<10}{row['size']:>8}  {row['peer']:<10}{row['ratio']:>13.4g}{row['qbatt_error_bound']:>13.1e}   "
              f"{off[worst]:.1e} in {worst}")
        if "qbatt_over_logarithms" in row:
            print(f"{'':<20}qbatt takes {row['qbatt_over_logarithms']:.2f} times as long as one vectorized logarithm a level and time on one core")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/qbatt_bench_workloads"))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--out", default=str(ROOT / "bench/results/peers.json"))
    parser.add_argument("--print", dest="shown", metavar="FILE", help="only print this record")
    arguments = parser.parse_args()
    if arguments.shown:
        print_record(json.loads(Path(arguments.shown).read_text()))
        return 0
    record = compare(arguments.program, arguments.repeats)
    Path(arguments.out).parent.mkdir(parents=True, exist_ok=True)
    Path(arguments.out).write_text(json.dumps(record, indent=1) + "\n")
    print_record(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
