"""What a user writes, for mypy --strict."""

import numpy as np
import pandas as pd
import qbatt
import xarray as xr


def largest(sweep: xr.Dataset) -> float:
    return float(sweep.energy_per_cell_opt.max())


best: qbatt.Optimum = qbatt.optimum(nb=7, ising=0.1, solver="spectral")
print(best.t_opt, best["status"], len(best))
ds = qbatt.sweep(nb=range(1, 2001), nc="nb+1", ising=[0, 0.1], optimum="global", window=12, progress=True)
print(largest(ds))
ds = qbatt.curve(nb=50, times=np.linspace(0, 2, 401), time_unit="optimum", series=["energy", "entropy"], populations=True)
ds = qbatt.solve(pd.DataFrame({"n_b": [1, 2]}), threads=2)
ds = qbatt.solve({"n_b": np.arange(1, 4)})
ds = qbatt.solve(ds)
ds = qbatt.sweep(nb=4, nc=8, m=[5, 6], charger_state=["dicke", "thermal"], charger="spins")
ds = qbatt.open("plane.nc")
lines: list[str] = qbatt.figures("figures", only=["fig5"], format="pdf", width="8.6cm")
found: list[str] = [device.description for device in qbatt.devices() if device.found]
version: str = qbatt.__version__
try:
    qbatt.optimum(nb=1, m=2)
except (qbatt.InputError, qbatt.BackendError, qbatt.FileError) as error:
    print(error)
