"""Calls everything that the package has, as docs/python.md shows it: a program alone, for an installation that is to be looked at.

    python every_call.py [FILE.nc]    with a results file of the command line
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import qbatt
from qbatt import BackendError, FileError, InputError

best = qbatt.optimum(nb=7)
assert best.status == "ok" and round(best["energy_per_cell_opt"], 12) == 0.955036095025
print(best)

sweep = qbatt.sweep(nb=range(1, 201), nc="nb+1", ising=[0, 0.1], progress=True)
assert dict(sweep.sizes) == {"n_b": 200, "ising": 2} and (sweep.status == "ok").all()
assert sweep.energy_per_cell_opt.sel(ising=0.1).dims == ("n_b",)

curve = qbatt.curve(nb=50, times=np.linspace(0, 2, 401), populations=True)
assert curve.populations.dims == ("time", "k")

rows = qbatt.solve(pd.DataFrame({"n_b": [10, 11], "n_c": [10, 12]}))
assert (rows.status == "ok").all()

# The reference, by the OpenBLAS of the installation.
dense = qbatt.optimum(nb=40, ising=0.1, solver="dense")
assert dense.solver == "dense"
assert abs(dense.energy_opt - qbatt.optimum(nb=40, ising=0.1, solver="spectral").energy_opt) < 1e-10

with tempfile.TemporaryDirectory() as folder:
    if sys.argv[1:]:
        assert (qbatt.open(sys.argv[1]).status == "ok").all()
    else:
        try:
            qbatt.open(Path(folder, "none.nc"))
        except FileError as error:
            print(error)
    try:
        print(qbatt.figures(Path(folder, "figures"), only="fig3")[-1])
    except BackendError as error:  # without gnuplot
        assert "gnuplot" in str(error) and "\n" not in str(error)
        print(error)
    assert list(Path(folder, "figures").glob("fig3*.csv"))

try:
    qbatt.sweep(nbb=3)  # type: ignore[call-arg]
    raise SystemExit("a misspelled keyword was taken")
except InputError as error:
    print(error)

for device in qbatt.devices():
    print(device)

# Every instruction set of which this processor knows.
ran = []
for level in ("x86-64-v2", "x86-64-v3", "x86-64-v4"):
    command = [sys.executable, "-c", "import qbatt; print(qbatt.sweep(nb=range(1, 60)).attrs['instruction_set'])"]
    result = subprocess.run(command, env={**os.environ, "QBATT_ISA": level}, capture_output=True, text=True)
    if result.returncode == 0:
        assert result.stdout.strip() == level
        ran.append(level)
    else:
        assert "is not available" in result.stderr, result.stderr
assert ran, "there is an instruction set for every processor"
print(f"qbatt {qbatt.__version__}: every call as it should be, on {', '.join(ran)}")
