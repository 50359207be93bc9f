#!/usr/bin/env python3
"""Times JAX, CuPy and PyTorch on a GPU, and says how many times as many systems a second qbatt solves there.

The job: for a batch of batteries, upload the tridiagonals, write each as a dense symmetric matrix, diagonalize all of them, evolve the
first level onto a grid of times, and return energies per cell and entanglement entropies of every battery at every time. The peer
`jax_tridiagonal` hands the tridiagonals as they are to jax.scipy.linalg.eigh_tridiagonal under vmap.

--qbatt names records of qbatt_bench_cuda on batteries of the same kind; comparison.json holds the ratios of systems a second: the spectral
pipeline over qbatt's own dense ones (cuSOLVER's batched syevj and syev) and over each peer, with both batch sizes. qbatt also finds first
peaks and more observables in that time; its systems and results do not leave the device, those of the peers do, which `seconds` shows by
stage.

Peers that are not installed are named on stderr, and the exit code is 1. `numpy` runs the same job on the CPU: a check of this script. Warm-up
(compilation, allocation, library start) is not counted; each stage is timed by itself, and the medians of the repeats are written. The
records are written behind every batch. Each carries the error of what was timed against tests/data/peer_states.json, which --references
makes anew and which shares nothing with the peers: Taylor steps of psi' = -i H psi on the tridiagonal, in 80-bit arithmetic, for the first
and the last battery of each batch.

    bench/peers_gpu.py --out FOLDER [--qbatt RECORD ...] [--peers cupy,torch,...] [--dims 513,101,...] [--count 100]
    bench/peers_gpu.py --references
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
REFERENCES = ROOT / "tests/data/peer_states.json"
TIMES = 32  # as in qbatt_bench_cuda
KINDS = 100  # of batteries; a batch holds as many of each, so that its first and its last are those of the references
RESULTS = ("energy_per_cell", "entropy")
STAGES = ("assembly", "eigh", "evolve")


def batteries(d, count):
    """Descriptors of `count` detuned batteries of d levels, N_b = m = d - 1, in units of a_0: diag, offdiag and the grid of times."""
    k = np.arange(d)
    n_b = d - 1
    n_c = n_b + np.arange(count) % 5
    detuning = 0.1 * (np.arange(count) % KINDS + 1) / KINDS
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


def write_references():
    levels = {}
    for d in (8, 33, 101, 513):
        first_and_last = [array[[0, -1]] for array in batteries(d, KINDS)]
        states = [reference(*battery) for battery in zip(*first_and_last)]
        levels[d] = {name: [state[i].tolist() for state in states] for i, name in enumerate(RESULTS)}
    REFERENCES.write_text(json.dumps({"made_by": "bench/peers_gpu.py --references", "shape": "[battery][time]", "levels": levels}) + "\n")


def errors(results, expected):
    """The largest error in the first and the last battery of the batch; NaN stays."""
    return {name: float(np.abs(array[[0, -1]] - np.array(expected[name])).max()) for name, array in zip(RESULTS, results)}


def measure(peer, d, count, options, expected):
    """One record of `count` batteries of d levels."""
    job = getattr(peer, "job", Job)(peer, d, count)
    _, results = job.run()  # warm-up
    started = time.monotonic()
    runs = []
    while len(runs) < options.repeats and (not runs or time.monotonic() - started < options.seconds):
        runs.append(job.run()[0])
    seconds = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return {
        "times": TIMES,
        "repeats": len(runs),
        "seconds": seconds,
        "systems_per_second": count / seconds["total"],
        "max_error": errors(results, expected),
        "reference": "Taylor steps on the tridiagonal in 80-bit arithmetic, first and last battery",
    }


def read_qbatt(records):
    """{(pipeline, d): Google Benchmark's entry} of qbatt on batteries like those of the peers."""
    entries = {}
    for record in records:
        for entry in json.loads(record.read_text())["benchmarks"]:
            solver, kind, d = entry["name"].split("/")[:3]
            if (solver, kind) in {("teams", "detuned"), ("dense", "syevj"), ("dense", "syev")} and not entry.get("error_occurred"):
                entries["spectral" if solver == "teams" else f"qbatt_{kind}", int(d)] = entry
    return entries


GOALS = {("qbatt_syevj", 513): 1000, ("jax_tridiagonal", 513): 100}


def compare(qbatt, records):
    """The spectral pipeline over each other that ran on the same dimension, in systems a second, with batches and accuracy of both."""
    others = {key: entry | {"max_error": {"energy_per_cell": entry["energy_error"]}} for key, entry in qbatt.items()}
    others |= {(record["peer"], result["d"]): result for record in records for result in record["results"] if "failed" not in result}
    rows = []
    for (name, d), other in sorted(others.items()):
        ours = qbatt.get(("spectral", d))
        if ours and name != "spectral":
            row = {"d": d, "other": name, "ratio": ours["systems_per_second"] / other["systems_per_second"]}
            row |= {f"qbatt_{key}": ours[key] for key in ("systems", "systems_per_second", "error_bound", "energy_error")}
            row |= {f"other_{key}": other[key] for key in ("systems", "systems_per_second", "max_error")}
            rows.append(row | ({"goal": GOALS[name, d]} if (name, d) in GOALS else {}))
    return rows


def command(*arguments):
    try:
        return subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--references", action="store_true", help=f"only write {REFERENCES.relative_to(ROOT)}")
    parser.add_argument("--out", type=pathlib.Path, help="folder for peers_NAME.json and comparison.json")
    parser.add_argument("--peers", default="jax_tridiagonal,cupy,jax", help=f"any of {','.join(PEERS)} (default: %(default)s)")
    parser.add_argument("--dims", default="513,101,33,8", help="levels (default: %(default)s)")
    parser.add_argument("--count", type=int, help="batteries of a batch (default: matrices of 1 GiB, at most 16384)")
    parser.add_argument("--qbatt", nargs="*", default=[], type=pathlib.Path, help="records of qbatt_bench_cuda to compare with")
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each batch (default: %(default)s), ...")
    parser.add_argument("--seconds", type=float, default=5, help="... none of which begins after these (default: %(default)s)")
    options = parser.parse_args()
    if not options.references and not options.out:
        parser.error("--out is missing")
    return options


def write(path, record):
    """A reader sees the former record or this one, whole."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(record, indent=1) + "\n")
    temporary.replace(path)


def write_comparison(folder, qbatt):
    """Of the records in the folder, those of former calls too."""
    rows = compare(qbatt, [json.loads(path.read_text()) for path in sorted(folder.glob("peers_*.json"))])
    write(folder / "comparison.json", {"unit": "systems a second of qbatt's spectral pipeline over the other's", "rows": rows})
    return rows


def main():
    options = parse()
    if options.references:
        write_references()
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    levels = json.loads(REFERENCES.read_text())["levels"]
    qbatt = read_qbatt(options.qbatt)
    failures = 0
    for name in options.peers.split(","):
        try:
            peer = PEERS[name]()
        except Exception as reason:  # whatever an absent or broken library throws
            failures += 1
            print(f"peers_gpu: {name} does not run here: {reason!r}", file=sys.stderr)
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
        for d in map(int, options.dims.split(",")):
            count = options.count or min(16384, 2**30 // (8 * d * d))
            count = max(1, count // KINDS) * KINDS
            batch = {"d": d, "systems": count}
            record["results"].append(batch | {"failed": "it did not come to its end"})
            write(options.out / f"peers_{name}.json", record)
            try:
                result = measure(peer, d, count, options, levels[str(d)])
            except Exception as reason:  # out of memory, say: the other batches go on
                failures += 1
                result = {"failed": repr(reason)}
            record["results"][-1] = batch | result
            print(f"{name}: {json.dumps(record['results'][-1])}", flush=True)
            write(options.out / f"peers_{name}.json", record)
            write_comparison(options.out, qbatt)
    for row in write_comparison(options.out, qbatt):
        goal = f" (goal: {row['goal']})" if "goal" in row else ""
        print(f"d = {row['d']}: {row['ratio']:.3g} times {row['other']}{goal}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
