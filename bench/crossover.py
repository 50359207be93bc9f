#!/usr/bin/env python3
"""Seconds a system against its dimension, for every solver: where they cross.

    bench/crossover.py [--qbatt build/qbatt] [--out bench/results] [--seconds 0.3]

Runs `qbatt bench` on one thread, at resonance and for one Ising family, and writes crossover.csv (with the machine in comments) and,
by gnuplot, crossover.svg. To be run on a quiet machine.
"""
import argparse
import csv
import json
import pathlib
import subprocess

FAMILIES = {
    "resonance": ["--nc", "nb"],
    "ising": ["--nc", "2nb", "--ising", "0.5"],
}
# Dimensions are powers of two, as far as one system takes seconds.
LARGEST = {"spectral": 2**16, "chebyshev": 2**14, "dense": 2**11}
COLUMNS = ["dim", "n_eig", "status", "error_bound", "seconds_prepare", "seconds_optimum"]


def measure(qbatt, family, solver, seconds):
    sizes = []
    size = 4
    while size <= LARGEST[solver]:
        sizes.append(str(size - 1))
        size *= 2
    command = [qbatt, "bench", "--nb", ",".join(sizes), *FAMILIES[family], "--solver", solver, "--threads", "1",
               "--seconds", str(seconds), "--format", "json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def measure_all(qbatt, seconds):
    rows = []
    for family in FAMILIES:
        for solver in LARGEST:
            record = measure(qbatt, family, solver, seconds)
            machine = {key: value for key, value in record.items() if key != "results"}
            rows += [{"family": family, "solver": solver, "seconds": r["seconds_prepare"] + r["seconds_optimum"],
                      **{c: r[c] for c in COLUMNS}} for r in record["results"]]
    return machine, rows


def write_table(path, machine, rows):
    with open(path, "w", newline="") as file:
        for key, value in machine.items():
            file.write(f"# {key}: {json.dumps(value)}\n")
        writer = csv.DictWriter(file, ["family", "solver", "seconds", *COLUMNS], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def draw(path, rows):
    curves = [(family, solver) for family in FAMILIES for solver in LARGEST]
    lines = ["set terminal svg size 800,560 font 'DejaVu Sans,14' background 'white'", f"set output '{path}'", "set logscale xy", "set format xy '10^{%T}'",
             "set xlabel 'levels of the chain'", "set ylabel 'seconds a system, one thread'", "set key top left", "set grid"]
    for i, (family, solver) in enumerate(curves):
        lines.append(f"$data{i} << EOD")
        lines += [f"{r['dim']} {r['seconds']}" for r in rows if (r["family"], r["solver"]) == (family, solver)]
        lines.append("EOD")
    titles = {"resonance": "resonance", "ising": "Δ = A/2, N_c = 2 N_b"}
    lines.append("plot " + ", ".join(
        f"$data{i} using 1:2 with linespoints lw 2 lc {1 + i % 3} dt {1 + i // 3} pt {5 + 2 * (i // 3)} ps 0.6 "
        f"title '{solver}, {titles[family]}' noenhanced" for i, (family, solver) in enumerate(curves)))
    subprocess.run(["gnuplot"], input="\n".join(lines) + "\n", check=True, text=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qbatt", default="build/qbatt")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("bench/results"))
    parser.add_argument("--seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    machine, rows = measure_all(arguments.qbatt, arguments.seconds)
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_table(arguments.out / "crossover.csv", machine, rows)
    draw(arguments.out / "crossover.svg", rows)


if __name__ == "__main__":
    main()
