#!/usr/bin/env python3
"""Which filling of the charger stores the most energy at the first peak, for every N_b and N_c from N_b to 3 N_b.

    bench/filling.py [--largest 200]     solve, print, write bench/results/filling.json
    bench/filling.py --print FILE        print a record

Up to N_b = 40 every m from 1 to N_c is solved. Beyond, where that would be millions of systems, the eleven next to (N_b + N_c) / 2 and
ten spread over the others are. Where the gain over the next filling does not exceed both bounds on the error the two count as tied.
"""

import argparse
import csv
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERY_FILLING_TO = 40


def fillings(n_b, n_c):
    if n_b <= EVERY_FILLING_TO:
        return range(1, n_c + 1)
    middle = (n_b + n_c) // 2
    near = range(max(1, middle - 5), min(n_c, middle + 5) + 1)
    return sorted({*near, *(max(1, n_c * i // 10) for i in range(1, 11))})


def solve(program, n_b):
    systems = "n_b,n_c,m\n" + "".join(f"{n_b},{n_c},{m}\n" for n_c in range(n_b, 3 * n_b + 1) for m in fillings(n_b, n_c))
    process = subprocess.run([program, "sweep", "--systems", "-"], input=systems, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        sys.exit(process.stderr)
    pairs = {}
    for row in csv.DictReader(process.stdout.splitlines()):
        # Populations move by at most 2 epsilon + epsilon^2, energies per cell as much.
        entry = (float(row["energy_per_cell_opt"]), 3 * float(row["error_bound"]), int(row["m"]))
        pairs.setdefault((n_b, int(row["n_c"])), []).append(entry)
    return pairs


def study(program, largest):
    record = {"largest_n_b": largest, "every_filling_to": EVERY_FILLING_TO, "systems": 0, "largest_error_bound": 0.0,
              "one_maximum": 0, "even": {"pairs": 0, "at_half": 0}, "odd": {"pairs": 0, "half_a_spin_above": 0, "half_a_spin_below": 0, "tied": 0}}
    first, below = {}, {}
    for n_b in range(2, largest + 1):
        for (_, n_c), found in solve(program, n_b).items():
            record["systems"] += len(found)
            record["largest_error_bound"] = max(record["largest_error_bound"], max(f[1] for f in found) / 3)
            best, second = sorted(found, reverse=True)[:2]
            tied = best[0] - second[0] <= best[1] + second[1]
            energies = [f[0] for f in found]
            top = energies.index(best[0])
            record["one_maximum"] += energies[:top + 1] == sorted(energies[:top + 1]) and energies[top:] == sorted(energies[top:], reverse=True)
            twice = 2 * best[2] - (n_b + n_c)
            if (n_b + n_c) % 2 == 0:
                record["even"]["pairs"] += 1
                record["even"]["at_half"] += twice == 0 and not tied
            else:
                record["odd"]["pairs"] += 1
                record["odd"]["half_a_spin_above"] += twice == 1 and not tied
                record["odd"]["half_a_spin_below"] += twice == -1 and not tied
                record["odd"]["tied"] += tied
                if twice == -1 and not tied:
                    below.setdefault(n_c - n_b, []).append(n_b)
        if n_b == EVERY_FILLING_TO:
            first = {kind: dict(record[kind]) for kind in ("even", "odd")}
    record["up_to_every_filling"] = first
    record["below_by_n_c_minus_n_b"] = {str(d): n if len(n) <= 8 else [*n[:4], "…", n[-1], len(n)] for d, n in sorted(below.items())}
    return record


def print_record(record):
    print(f"{record['version']}, {record['date']}: {record['systems']} systems, largest error bound {record['largest_error_bound']:.1e}")
    for title, part in ((f"N_b = 2 … {record['every_filling_to']}, every m", record["up_to_every_filling"]),
                        (f"N_b = 2 … {record['largest_n_b']}", record)):
        even, odd = part["even"], part["odd"]
        print(f"  {title}: N_b + N_c even: {even['at_half']} of {even['pairs']} pairs are best at half of all spins;")
        print(f"    odd: {odd['half_a_spin_above']} of {odd['pairs']} half a spin above, {odd['half_a_spin_below']} below, {odd['tied']} tied")
    print(f"  energies that rise to one maximum and fall behind it: {record['one_maximum']} pairs")
    print(f"  below, by N_c − N_b, for N_b = {record['below_by_n_c_minus_n_b']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=200, help="largest N_b, from 40 on")
    parser.add_argument("--program", default=str(ROOT / "build/qbatt"))
    parser.add_argument("--out", default=str(ROOT / "bench/results/filling.json"))
    parser.add_argument("--print", dest="file", help="print this record instead of solving")
    options = parser.parse_args()
    if options.file:
        print_record(json.loads(Path(options.file).read_text()))
        return
    record = study(options.program, max(options.largest, EVERY_FILLING_TO))
    version = subprocess.run([options.program, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    record = {"version": version, "date": time.strftime("%Y-%m-%d"), **record}
    Path(options.out).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print_record(record)


if __name__ == "__main__":
    main()
