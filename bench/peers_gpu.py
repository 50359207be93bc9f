#!/usr/bin/env python3
"""Times CuPy, PyTorch and JAX on the card that qbatt's CUDA backend uses, and qbatt beside them.

The job: for a batch of batteries, upload the tridiagonals, write each as a dense symmetric matrix, diagonalize all of them, evolve the
first level onto a grid of times, and return energies per cell and entanglement entropies of every battery at every time. The peer
`jax_tridiagonal` hands the tridiagonals as they are to jax.scipy.linalg.eigh_tridiagonal under vmap.

With --program, qbatt_bench_cuda runs on the same batteries, and comparison.json holds the ratios of systems a second: the spectral
pipeline over qbatt's own dense one (cuSOLVER batched syevj) and over each peer. qbatt also finds first peaks and more observables in that
time; its systems and results do not leave the device, those of the peers do, which `seconds` shows by stage.

Peers that are not installed are skipped with a line on stderr. `numpy` runs the same job on the CPU: a check of this script. Warm-up
(compilation, allocation, library start) is not counted; each stage is timed by itself, and the medians of the repeats are written. Every
record carries the error of what was timed against a reference that shares nothing with it: Taylor steps of psi' = -i H psi on the
tridiagonal, in 80-bit arithmetic, for the first and the last battery of each batch.

    bench/peers_gpu.py --out FOLDER [--program build/qbatt_bench_cuda] [--peers cupy,torch,...] [--dims 8,33,...] [--minutes 10]
"""

import argparse
import importlib
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMES = 32  # as in qbatt_bench_cuda
STAGES = ("assembly", "eigh", "evolve")


def batteries(d, count):
    """Descriptors of `count` detuned batteries of d levels, N_b = m = d - 1, in units of a_0: diag, offdiag and the grid of times."""
    k = np.arange(d)
    n_b = d - 1
    n_c = n_b + np.arange(count) % 5
    detuning = 0.1 * (np.arange(count) + 1) / count
    charger = n_c[:, None]
    m = n_b
    product = (k + 1.0) * (n_b - k) * (m - k) * (charger - m + k + 1.0)
    offdiag = np.sqrt(np.maximum(product, 0))
    a_0 = offdiag[:, :1]
    diag = detuning[:, None] * k * n_b / a_0
    offdiag = offdiag / a_0
    transit = (1 / (2 * offdiag[:, :-1])).sum(axis=1)
    t = 2 * transit[:, None] * np.linspace(0, 1, TIMES)
    return diag, offdiag, t


def reference(diag, offdiag, times):
    """Energy per cell and entropy of one battery at `times`, ascending."""
    d = len(diag)
    diag, b = diag.astype(np.longdouble), offdiag[: d - 1].astype(np.longdouble)
    psi = np.zeros(d, np.clongdouble)
    psi[0] = 1
    norm = float(np.abs(diag).max() + 2 * np.abs(b).max())

    def apply(v):
        result = diag * v
        result[:-1] += b * v[1:]
        result[1:] += b * v[:-1]
        return result

    now, energies, entropies = np.longdouble(0), [], []
    for t in times.astype(np.longdouble):
        steps = max(1, math.ceil(float(t - now) * norm))
        h = (t - now) / steps
        for _ in range(steps if t > now else 0):
            term = psi
            for n in range(1, 31):  # |h| |H| <= 1: the last term is below 1e-32
                term = apply(term) * (np.clongdouble(-1j) * h / n)
                psi = psi + term
        now = t
        p = (psi.real**2 + psi.imag**2).astype(np.longdouble)
        energies.append(float((np.arange(d) * p).sum() / (d - 1)))
        positive = p[p > 0]
        entropies.append(float(-(positive * np.log2(positive)).sum()))
    return np.array(energies), np.array(entropies)


class Peer:
    """An array library: the job is written once against what NumPy, CuPy, JAX and PyTorch have in common."""

    name, device = "numpy", "cpu"

    def __init__(self):
        self.xp = np
        self.version = np.__version__

    def upload(self, array):
        return self.xp.asarray(array)

    def download(self, array):
        return np.asarray(array)

    def eigh(self, matrices):
        return self.xp.linalg.eigh(matrices)

    def synchronize(self, arrays):
        pass

    def stage(self, function):
        return function

    def describe(self):
        return "cpu"


class CuPy(Peer):
    name, device = "cupy", "cuda"

    def __init__(self):
        self.xp = importlib.import_module("cupy")
        self.version = self.xp.__version__
        self.xp.cuda.runtime.getDeviceCount()

    def download(self, array):
        return self.xp.asnumpy(array)

    def synchronize(self, arrays):
        self.xp.cuda.Device().synchronize()

    def describe(self):
        return self.xp.cuda.runtime.getDeviceProperties(0)["name"].decode()


class Torch(Peer):
    name, device = "torch", "cuda"

    def __init__(self):
        self.xp = importlib.import_module("torch")
        self.version = self.xp.__version__
        if not self.xp.cuda.is_available():
            raise RuntimeError("torch sees no CUDA device")

    def upload(self, array):
        return self.xp.as_tensor(array, device="cuda")

    def download(self, array):
        return array.cpu().numpy()

    def synchronize(self, arrays):
        self.xp.cuda.synchronize()

    def describe(self):
        return self.xp.cuda.get_device_name(0)


class Jax(Peer):
    name, device = "jax", "cuda"

    def __init__(self):
        os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # the other peers hold memory too
        self.jax = importlib.import_module("jax")
        self.jax.config.update("jax_enable_x64", True)
        if self.jax.default_backend() != "gpu":
            raise RuntimeError(f"jax runs on {self.jax.default_backend()}")
        self.xp = self.jax.numpy
        self.version = self.jax.__version__

    def synchronize(self, arrays):
        self.jax.block_until_ready(arrays)

    def stage(self, function):
        return self.jax.jit(function)

    def describe(self):
        return self.jax.devices()[0].device_kind


class Job:
    """The stages on one batch of equal dimension."""

    def __init__(self, peer, d, count):
        self.peer = peer
        self.host = batteries(d, count)
        self.unit = peer.upload(np.eye(d))
        self.above = peer.upload(np.eye(d, k=1))
        self.level = peer.upload(np.arange(d, dtype=float))
        self.functions = {stage: peer.stage(getattr(self, stage)) for stage in STAGES}

    def assembly(self, diag, offdiag):
        upper = offdiag[:, :, None] * self.above
        return (diag[:, :, None] * self.unit + upper + upper.swapaxes(-1, -2),)

    def eigh(self, matrices):
        return tuple(self.peer.eigh(matrices))

    def evolve(self, values, vectors, t):
        xp = self.peer.xp
        phase = t[:, :, None] * values[:, None, :]
        coefficients = vectors[:, 0, :][:, None, :]
        transposed = vectors.swapaxes(-1, -2)
        re = xp.matmul(coefficients * xp.cos(phase), transposed)
        im = xp.matmul(coefficients * xp.sin(phase), transposed)
        p = re * re + im * im
        energy = (p * self.level).sum(axis=-1) / (p.shape[-1] - 1)
        entropy = -(p * xp.log2(xp.where(p > 0, p, xp.ones_like(p)))).sum(axis=-1)
        return energy, entropy

    def run(self):
        """Seconds by stage, transfers included, and the results on the host."""
        seconds, peer = {}, self.peer

        def timed(stage, work):
            started = time.perf_counter()
            result = work()
            peer.synchronize(result)
            seconds[stage] = time.perf_counter() - started
            return result

        t = peer.upload(self.host[2])
        matrices = timed("assembly", lambda: self.functions["assembly"](peer.upload(self.host[0]), peer.upload(self.host[1])))
        values, vectors = timed("eigh", lambda: self.functions["eigh"](*matrices))
        results = timed("evolve", lambda: self.functions["evolve"](values, vectors, t))
        started = time.perf_counter()
        results = [peer.download(array) for array in results]
        seconds["download"] = time.perf_counter() - started
        seconds["total"] = sum(seconds.values())
        return seconds, results


class TridiagonalJob(Job):
    """The same without matrices."""

    def assembly(self, diag, offdiag):
        return diag, offdiag[:, :-1]

    def eigh(self, diag, offdiag):
        return tuple(self.peer.eigh_tridiagonal(diag, offdiag))


class JaxTridiagonal(Jax):
    name, job = "jax_tridiagonal", TridiagonalJob

    def eigh_tridiagonal(self, diag, offdiag):
        linalg = importlib.import_module("jax.scipy.linalg")
        return self.jax.vmap(lambda d, e: linalg.eigh_tridiagonal(d, e, eigvals_only=False))(diag, offdiag)


PEERS = {peer.name: peer for peer in (CuPy, Torch, Jax, JaxTridiagonal, Peer)}


def errors(job, results):
    """The largest error in the first and the last battery of the batch."""
    worst = {"energy_per_cell": 0.0, "entropy": 0.0}
    for i in sorted({0, len(results[0]) - 1}):
        expected = reference(*(array[i] for array in job.host))
        for key, actual, wanted in zip(worst, (array[i] for array in results), expected):
            error = float(np.abs(actual - wanted).max())
            worst[key] = error if not error <= worst[key] else worst[key]
    return worst


def measure(peer, sizes, repeats, deadline):
    """One record of the batch that consists of the (dimension, count) in `sizes`, one group after the other."""
    jobs = [getattr(peer, "job", Job)(peer, d, count) for d, count in sizes]
    results = [job.run()[1] for job in jobs]  # warm-up
    worst = {"energy_per_cell": 0.0, "entropy": 0.0}
    for job, result in zip(jobs, results):
        for key, error in errors(job, result).items():
            worst[key] = error if not error <= worst[key] else worst[key]
    runs = []
    while len(runs) < repeats and (not runs or time.monotonic() < deadline):
        groups = [job.run()[0] for job in jobs]
        runs.append({key: sum(group[key] for group in groups) for key in groups[0]})
    systems = sum(count for _, count in sizes)
    seconds = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return {
        "batch": [{"d": d, "count": count} for d, count in sizes],
        "systems": systems,
        "times": TIMES,
        "repeats": len(runs),
        "seconds": seconds,
        "systems_per_second": systems / seconds["total"],
        "max_error": worst,
        "reference": "Taylor steps on the tridiagonal in 80-bit arithmetic, first and last battery of each dimension",
    }


def run_qbatt(program, dims, deadline):
    """{(solver, d): Google Benchmark's entry} of qbatt's pipelines on the batteries of the peers."""
    wanted = f"^(spectral/detuned|dense/syevj)/({'|'.join(map(str, dims))})/"
    arguments = [program, "--benchmark_format=json", f"--benchmark_filter={wanted}"]
    left = max(1, deadline - time.monotonic())
    output = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, timeout=left).stdout
    entries = {}
    for entry in json.loads(output)["benchmarks"]:
        if not entry.get("error_occurred"):
            solver, _, d = entry["name"].split("/")[:3]
            entries[solver, int(d)] = entry
    return entries


GOALS = {("dense", 513): 1000, ("jax_tridiagonal", 513): 100}


def compare(qbatt, records):
    """The spectral pipeline over each other that ran on the same dimension, in systems a second, with the accuracy of both."""
    others = {("dense", d): (entry["systems_per_second"], {"energy_per_cell": entry["energy_error"]})
              for (solver, d), entry in qbatt.items() if solver == "dense"}
    for record in records:
        for result in record["results"]:
            if "failed" not in result and len(result["batch"]) == 1:
                others[record["peer"], result["batch"][0]["d"]] = result["systems_per_second"], result["max_error"]
    rows = []
    for (name, d), (rate, error) in sorted(others.items()):
        ours = qbatt.get(("spectral", d))
        if ours:
            row = {"d": d, "other": name, "ratio": ours["systems_per_second"] / rate, "qbatt_systems_per_second": ours["systems_per_second"],
                   "qbatt_error_bound": ours["error_bound"], "qbatt_energy_error": ours["energy_error"],
                   "other_systems_per_second": rate, "other_max_error": error}
            rows.append(row | ({"goal": GOALS[name, d]} if (name, d) in GOALS else {}))
    return rows


def command(*arguments):
    try:
        return subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder for peers_NAME.json")
    parser.add_argument("--peers", default="cupy,torch,jax,jax_tridiagonal", help=f"any of {','.join(PEERS)} (default: %(default)s)")
    parser.add_argument("--dims", default="8,33,101,513", help="levels (default: %(default)s)")
    parser.add_argument("--program", help="qbatt_bench_cuda, to be compared with; none by default")
    parser.add_argument("--memory", type=float, default=4, help="GB that the matrices of a batch may take (default: %(default)s)")
    parser.add_argument("--most", type=int, default=16384, help="largest batch (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each batch (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=10, help="no batch is begun later (default: %(default)s)")
    return parser.parse_args()


def main():
    options = parse()
    options.out.mkdir(parents=True, exist_ok=True)
    # Vectors, workspace and amplitudes take as much again, twice.
    count = lambda d: max(1, min(options.most, int(options.memory * 1e9 / (8 * d * d) / 4)))
    dims = [int(d) for d in options.dims.split(",")]
    batches = [[(d, count(d))] for d in dims] + [[(d, max(1, count(d) // len(dims))) for d in dims]]
    deadline = time.monotonic() + 60 * options.minutes
    failures = 0
    records = []
    qbatt = {}
    if options.program:  # first: the peers keep what memory they once had
        try:
            qbatt = run_qbatt(options.program, dims, deadline)
        except (OSError, subprocess.SubprocessError) as reason:
            failures += 1
            print(f"peers_gpu: {options.program} did not run to its end: {reason}", file=sys.stderr)
    for name in options.peers.split(","):
        try:
            peer = PEERS[name]()
        except Exception as reason:  # whatever an absent or broken library throws
            print(f"peers_gpu: {name} is skipped: {reason!r}", file=sys.stderr)
            continue
        record = {
            "benchmark": "dense job of a Python peer",
            "peer": peer.name,
            "version": peer.version,
            "device": peer.describe(),
            "driver": command("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"),
            "git_revision": command("git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"),
            "results": [],
        }
        for sizes in batches:
            if time.monotonic() > deadline:
                record["incomplete"] = f"--minutes {options.minutes} were over"
                break
            try:
                result = measure(peer, sizes, options.repeats, deadline)
            except Exception as reason:  # out of memory, say: the other batches go on
                failures += 1
                result = {"batch": [{"d": d, "count": n} for d, n in sizes], "failed": repr(reason)}
            record["results"].append(result)
            print(f"{peer.name}: {json.dumps(result)}", flush=True)
        records.append(record)
        (options.out / f"peers_{peer.name}.json").write_text(json.dumps(record, indent=1) + "\n")
    if qbatt:
        rows = compare(qbatt, records)
        comparison = {"unit": "systems a second of qbatt's spectral pipeline over the other's", "qbatt": list(qbatt.values()), "rows": rows}
        (options.out / "comparison.json").write_text(json.dumps(comparison, indent=1) + "\n")
        for row in rows:
            goal = f" (goal: {row['goal']})" if "goal" in row else ""
            print(f"d = {row['d']}: {row['ratio']:.3g} times {row['other']}{goal}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
