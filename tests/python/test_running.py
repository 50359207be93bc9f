"""While a sweep runs: signals, threads, forked processes, progress; and what becomes of results afterwards."""

import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qbatt
import xarray as xr

long_sweep = {"nb": "1000:4000", "nc": "1000:4000"}  # hours
answer = 60  # seconds in which what takes moments has happened, on whatever machine


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Any:
    """Also where a shell started the tests in the background, which ignores it for them."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt_soon() -> threading.Timer:
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    return timer


@pytest.mark.parametrize(
    "call",
    [
        lambda: qbatt.sweep(**long_sweep),
        lambda: qbatt.optimum(nb=10**9),
        lambda: qbatt.sweep(nb="1:2000", nc="1:2000", m="0:2000:7", omega_c="lin:-1:1:3"),  # while it is planned
        lambda: qbatt.solve({"n_b": np.full(10**6, 3000)}),
    ],
    ids=["many systems", "one huge system", "planning", "table"],
)
def test_ctrl_c_ends_it(call: Callable[[], Any]) -> None:
    began = time.monotonic()
    timer = interrupt_soon()
    try:
        with pytest.raises(KeyboardInterrupt):
            call()
    finally:
        timer.cancel()
    assert time.monotonic() - began < answer
    assert qbatt.optimum(nb=2).status == "ok", "and what comes next computes"


def test_a_handler_of_the_user_is_called() -> None:
    class Enough(Exception):
        pass

    def handler(*_: object) -> None:
        raise Enough

    before = signal.signal(signal.SIGINT, handler)
    timer = interrupt_soon()
    try:
        with pytest.raises(Enough):
            qbatt.sweep(**long_sweep)
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)


def test_others_run_meanwhile() -> None:
    counted = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal counted
        while not stop.wait(0.001):
            counted += 1

    thread = threading.Thread(target=count)
    thread.start()
    before = counted
    qbatt.sweep(nb="1:60", nc="1:60", ising="0,0.3,1.5")
    assert counted > before + 3
    stop.set()
    thread.join()


def test_threads_compute_side_by_side() -> None:
    alone = qbatt.sweep(nb="1:200", ising=0.1).drop_attrs()
    with ThreadPoolExecutor(4) as pool:
        for other in pool.map(lambda _: qbatt.sweep(nb="1:200", ising=0.1), range(8)):
            xr.testing.assert_identical(other.drop_attrs(), alone)


def _solve_in_child(results: Any) -> None:
    results.put(float(qbatt.sweep(nb="1:300", threads=2).energy_opt.sum()))


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_compute(method: str) -> None:
    expected = float(qbatt.sweep(nb="1:300", threads=2).energy_opt.sum())  # in two threads, whose child has one
    context = multiprocessing.get_context(method)
    results = context.Queue()
    child = context.Process(target=_solve_in_child, args=(results,))
    child.start()
    try:
        assert results.get(timeout=answer) == expected
        child.join(answer)
        assert child.exitcode == 0
    finally:
        child.kill()


def test_progress_is_a_line_of_tqdm(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    qbatt.sweep(nb="500:900", ising=[0, 0.1], progress=True)
    err = capfd.readouterr().err
    assert "802/802" in err and "systems" in err
    qbatt.sweep(nb="1:3")
    assert capfd.readouterr().err == ""


def test_progress_without_tqdm_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert qbatt.sweep(nb="1:3", progress=True).sizes == {"n_b": 3}


def test_results_are_pickled() -> None:
    sweep = qbatt.sweep(nb=[1, 2], m="0:2", times="0:1:3", populations=True)
    xr.testing.assert_identical(pickle.loads(pickle.dumps(sweep)), sweep)
    best = qbatt.optimum(nb=7)
    again = pickle.loads(pickle.dumps(best))
    assert dict(again) == dict(best) and again.attrs == best.attrs and repr(again) == repr(best)
    assert pickle.loads(pickle.dumps(qbatt.devices())) == qbatt.devices()
    error = pickle.loads(pickle.dumps(qbatt.InputError("a line")))
    assert type(error) is qbatt.InputError and str(error) == "a line"


def test_results_outlive_what_they_came_from() -> None:
    t_opt = qbatt.sweep(nb="1:2000").t_opt.values
    for _ in range(3):
        qbatt.sweep(nb="1:2000")
    assert t_opt.flags.writeable
    np.testing.assert_array_equal(t_opt, qbatt.sweep(nb="1:2000").t_opt)


def test_an_optimum_is_a_mapping_with_attributes() -> None:
    best = qbatt.optimum(nb=7)
    assert abs(best.energy_per_cell_opt - 0.9550360950) < 1e-10
    assert best["n_b"] == best.n_b == 7
    assert best.status == "ok" and best.solver == "spectral"
    assert set(best) == set(qbatt.sweep(nb=7).variables)
    lines = repr(best).splitlines()[1:]
    assert [line.split(maxsplit=1)[0] for line in lines] == list(best)
    assert "energy per cell" in repr(best)
    assert "t_opt" in dir(best)
    assert not hasattr(best, "energy")
    with pytest.raises(KeyError):
        best["energy"]


def test_importing_loads_neither_numpy_nor_xarray() -> None:
    code = """
import sys
import qbatt
qbatt.optimum(nb=3)
qbatt.devices()
assert not {"xarray", "pandas", "netCDF4", "matplotlib"} & set(sys.modules), sorted(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_extension_links_neither_files_nor_pictures_nor_processes() -> None:
    from qbatt import _core

    libraries = subprocess.run(["readelf", "-d", _core.__file__], check=True, capture_output=True, text=True).stdout
    for name in ("netcdf", "hdf5", "mpi", "gnuplot", "cuda", "python"):
        assert f"[lib{name}" not in libraries


def test_the_module_of_cuda_is_looked_for_beside_the_extension(tmp_path: Path) -> None:
    from qbatt import _core

    folder = Path(_core.__file__).parent
    package = tmp_path / "qbatt"
    shutil.copytree(folder, package)
    code = "import qbatt; print(qbatt.devices()[0].description)"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "QBATT_CUDA_MODULE": "", "LD_LIBRARY_PATH": ""}

    def report() -> str:
        return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout

    (package / "libqbatt_cuda.so").unlink(missing_ok=True)
    assert report().startswith("not built")
    (package / "libqbatt_cuda.so").write_text("a module that does not open")
    assert not report().startswith("not built")


def test_figures_are_made_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("gnuplot") is None:
        pytest.skip("gnuplot is not installed")
    lines = qbatt.figures(tmp_path / "figures", only=["fig2"], format="svg")
    made = {file.name for file in (tmp_path / "figures").iterdir()}
    assert {name for name in lines[-1].strip().split(", ")} <= made
    assert any(name.endswith(".svg") for name in made) and any(name.endswith(".csv") for name in made)
    with pytest.raises(qbatt.InputError, match=r"^--only: `fig9` is not a figure"):
        qbatt.figures(tmp_path / "figures", only="fig9")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(qbatt.BackendError, match=r"^gnuplot, which draws the pictures") as caught:
        qbatt.figures(tmp_path / "tables", only="fig2")
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "tables").glob("*.csv"))


def test_devices_are_reported() -> None:
    devices = qbatt.devices()
    assert [device.backend for device in devices if device.found] and devices[-1].backend == "cpu"
    assert "instruction set" in devices[-1].description


def test_only_dense_opens_openblas() -> None:
    code = """
import qbatt, pathlib
opened = lambda: "libqbatt_openblas" in pathlib.Path("/proc/self/maps").read_text()
assert qbatt.optimum(nb=7).status == "ok" and not opened()
assert qbatt.optimum(nb=7, solver="dense").solver == "dense" and opened()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_call_works(command_line: Callable[..., Path]) -> None:
    every_call = Path(__file__).parent / "every_call.py"
    results = command_line("sweep", ".nc", nb="1:20", ising="0,0.1")
    subprocess.run([sys.executable, str(every_call), str(results)], check=True)
