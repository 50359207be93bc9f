#!/usr/bin/env python3
"""What of a sweep on CUDA runs at the same time: reading, planning, solving and writing, from a trace.

    bench/overlap.py                     run the sweep, print, write bench/results/overlap.json and overlap.svg
    bench/overlap.py --trace FILE        the same of a trace that was recorded by QBATT_TRACE=FILE
    bench/overlap.py --print FILE        print a record

Without --trace, the CUDA pipeline compiled for the host stands for a device: the module and the driver that the tests of tests/devices use
(build/tests/devices). The spans and their order are those of a GPU; how long they are is not.
"""

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SWEEP = ("--nb 1:40 --ising lin:0:0.5:2500 --times 0:1:64 --series energy,entropy --solver spectral --backend cuda --device 0 --quiet "
         "-o rows.nc")
PAIRS = [("read", "solve"), ("plan", "solve"), ("plan", "batch"), ("write", "solve"), ("write", "batch")]
COLORS = {"read": "#4477aa", "plan": "#ccbb44", "solve": "#bbbbbb", "batch": "#228833", "write": "#ee6677"}


def record_trace(build, file):
    fakes = build / "tests/devices"
    environment = dict(os.environ, QBATT_TRACE=str(file), QBATT_CUDA_MODULE=str(fakes / "on_host/libqbatt_cuda.so"),
                       LD_LIBRARY_PATH=str(fakes / "one_device"), OMP_WAIT_POLICY="passive")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([build / "qbatt", "sweep", *SWEEP.split()], check=True, cwd=folder, env=environment)


def read_trace(file):
    """[step, thread, begin, end, items] of each span, in seconds from the first, threads numbered by their first span."""
    events = sorted((json.loads(line) for line in open(file)), key=lambda event: event["ts"])
    first = events[0]["ts"]
    threads = {}
    return [[e["name"], threads.setdefault(e["tid"], len(threads)), round(1e-6 * (e["ts"] - first), 4),
             round(1e-6 * (e["ts"] + e["dur"] - first), 4), e["args"]["items"]] for e in events]


def times_of(spans, step):
    """The union of the spans of a step, as disjoint intervals."""
    union = []
    for begin, end in sorted((s[2], s[3]) for s in spans if s[0] == step):
        if union and begin <= union[-1][1]:
            union[-1][1] = max(union[-1][1], end)
        else:
            union.append([begin, end])
    return union


def seconds(intervals):
    return sum(end - begin for begin, end in intervals)


def common(a, b):
    return [[max(x[0], y[0]), min(x[1], y[1])] for x in a for y in b if max(x[0], y[0]) < min(x[1], y[1])]


def summarize(spans):
    steps = {step: {"spans": sum(s[0] == step for s in spans), "items": sum(s[4] for s in spans if s[0] == step),
                    "seconds": round(seconds(times_of(spans, step)), 3)} for step in COLORS}
    beside = [{"step": a, "beside": b, "share": round(seconds(common(times_of(spans, a), times_of(spans, b))) / steps[a]["seconds"], 3)}
              for a, b in PAIRS if steps[a]["seconds"] > 0]
    return steps, beside


def draw(spans, file):
    """One row a step, spans that run at the same time one below the other."""
    width, left, height = 960, 70, 14
    scale = (width - left - 10) / max(s[3] for s in spans)
    parts, y = [], 10
    for step, color in COLORS.items():
        lanes = []
        for _, _, begin, end, items in (s for s in spans if s[0] == step):
            lane = next((i for i, busy in enumerate(lanes) if busy <= begin), len(lanes))
            lanes[lane:lane + 1] = [end]
            parts.append(f'<rect x="{left + scale * begin:.1f}" y="{y + lane * height}" width="{max(1.0, scale * (end - begin)):.1f}" '
                         f'height="{height - 2}" fill="{color}" stroke="white" stroke-width="0.3"><title>{step}, {items} systems</title></rect>')
        parts.append(f'<text x="4" y="{y + height - 4}">{step}</text>')
        y += max(1, len(lanes)) * height + 8
    last = max(s[3] for s in spans)
    for i in range(6):
        x = left + scale * last * i / 5
        parts.append(f'<text x="{x:.0f}" y="{y + 10}" text-anchor="{"end" if i == 5 else "middle"}">{last * i / 5:.1f} s</text>')
    file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y + 18}" font-family="sans-serif" font-size="11">\n'
                    f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n")


def print_record(record):
    for step, e in record["steps"].items():
        print(f"{step:<8}{e['spans']:>6} spans{e['items']:>10} systems{e['seconds']:>9.3f} s")
    for e in record["overlap"]:
        print(f"{e['step']} beside {e['beside']}: {100 * e['share']:.0f} % of its time")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--trace", help="a trace that is there")
    parser.add_argument("--out", type=Path, default=ROOT / "bench/results/overlap.json")
    parser.add_argument("--print", dest="shown", metavar="FILE", help="only print this record")
    arguments = parser.parse_args()
    if arguments.shown:
        print_record(json.loads(Path(arguments.shown).read_text()))
        return
    if arguments.trace:
        spans = read_trace(arguments.trace)
    else:
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder) / "trace"
            record_trace(arguments.build, trace)
            spans = read_trace(trace)
    steps, overlap = summarize(spans)
    cpu = next((line.split(": ")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    version = subprocess.run([arguments.build / "qbatt", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]
    record = {"date": time.strftime("%Y-%m-%d"), "cpu": cpu, "cores": len(os.sched_getaffinity(0)), "version": version,
              "command": "qbatt sweep " + SWEEP if not arguments.trace else arguments.trace,
              "device": "the pipeline compiled for the host" if not arguments.trace else "see command", "steps": steps, "overlap": overlap,
              "spans": {"columns": ["step", "thread", "begin_s", "end_s", "systems"], "rows": spans}}
    text = json.dumps(record, indent=1)
    for span in spans:  # a line each
        text = text.replace(json.dumps(span, indent=1).replace("\n", "\n   "), json.dumps(span))
    arguments.out.write_text(text + "\n")
    draw(spans, arguments.out.with_suffix(".svg"))
    print_record(record)


if __name__ == "__main__":
    main()
