"""Draws charging curves from a sweep: the energy per cell of the batteries of equal charger, and when each is charged best.

    qbatt sweep --nb 2,7,50,300 --times 0:2:201 --time-unit optimum --series energy_per_cell,entropy -o curves.nc
    python3 charging_curves.py curves.nc curves.png

Needs xarray with netCDF4, and matplotlib (Debian: python3-xarray python3-netcdf4 python3-matplotlib).
"""

import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import xarray as xr


def label(variable):
    """A variable's name and unit, as the file says."""
    units = variable.attrs["units"]
    return variable.attrs["long_name"] + (f" ({units})" if units != "1" else "")


def main(results, picture):
    sweep = xr.open_dataset(results)
    # `status` is a CF flag: 0 is "ok", as flag_meanings says.
    good = sweep.status.attrs["flag_meanings"].split().index("ok")
    sweep = sweep.where((sweep.status == good) & (sweep.n_c == sweep.n_b), drop=True)

    figure, (energy, entropy) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for _, battery in sweep.groupby("n_b", squeeze=False):
        battery = battery.isel(system=0)
        time = battery.t / battery.t_opt
        energy.plot(time, battery.energy_per_cell, label=f"$N$ = {int(battery.n_b)}")
        entropy.plot(time, battery.entropy)
    energy.set_ylabel(label(sweep.energy_per_cell))
    entropy.set_ylabel(label(sweep.entropy))
    for axes in (energy, entropy):
        axes.set_xlabel("time / charging time $t_1$")
        axes.grid(alpha=0.3)
    energy.legend(frameon=False)
    figure.savefig(picture, dpi=150)

    best = sweep.isel(system=int(sweep.power_opt.argmax()))
    print(f"most power: N = {int(best.n_b)}, {float(best.power_opt):.6g} at t = {float(best.t_opt):.6g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
