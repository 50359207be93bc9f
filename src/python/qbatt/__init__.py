"""qbatt: how central-spin quantum batteries charge, with a rigorous bound on the error of every state.

    >>> import qbatt
    >>> qbatt.optimum(nb=7).energy_per_cell_opt
    0.95503609502...
    >>> sweep = qbatt.sweep(nb=range(1, 2001), nc="nb+1", ising=[0, 0.1])
    >>> sweep.energy_per_cell_opt.sel(ising=0.1)
    <xarray.DataArray 'energy_per_cell_opt' (n_b: 2000)> ...

N_b battery spins (S), N_c charger spins (J); while the battery charges, with hbar = 1,

    H = omega_b S^z + omega_c J^z + A (S^+ J^- + S^- J^+) + 2 Delta S^z J^z

after Liu et al., Chin. Phys. B 34, 020306 (2025). Energies share one arbitrary unit; times are in its inverse.
"""

from __future__ import annotations

from ._core import BackendError, FileError, InputError
from ._core import version as __version__
from ._functions import curve, devices, figures, open, optimum, solve, sweep
from ._results import Device, Optimum

__all__ = [
    "BackendError",
    "Device",
    "FileError",
    "InputError",
    "Optimum",
    "__version__",
    "curve",
    "devices",
    "figures",
    "open",
    "optimum",
    "solve",
    "sweep",
]
