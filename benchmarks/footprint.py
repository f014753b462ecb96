"""Cold start, import time and the size of the base install."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.table import Table
from benchmarks.throughput import demo_server

RUNS = 5
ROOT = Path(__file__).resolve().parent.parent


def measure(runs: int = RUNS) -> Table:
    """What it costs to have and to start, in an environment that holds the base install alone."""
    table = Table("Cold start and size, base install", "", "median", "most")
    with tempfile.TemporaryDirectory() as folder:
        python, packages = _install(Path(folder))
        starts = []
        for _ in range(runs + 1):
            started = time.perf_counter()
            with demo_server(python):
                starts.append(time.perf_counter() - started)
        # The first one writes the byte code.
        table.row("`hearthbridge demo` until it answers", *_seconds(starts[1:]))
        peer = "import uvicorn, fastapi; app = fastapi.FastAPI()"
        for label, code in (("import bridge.api", "import bridge.api"), ("import uvicorn and fastapi alone", peer)):
            table.row(label, *_seconds([_run(python, code) for _ in range(runs)]))
        size = sum(file.stat().st_size for file in packages.rglob("*") if file.suffix != ".pyc" and file.is_file())
        count = len(list(packages.glob("*.dist-info")))
        table.row("size", f"{size / 1e6:.0f} MB", f"{count} packages")
    return table


def _run(python: str, code: str) -> float:
    started = time.perf_counter()
    subprocess.run([python, "-c", code], check=True, cwd="/")
    return time.perf_counter() - started


def _install(folder: Path) -> tuple[str, Path]:
    """A virtual environment with the base install: its interpreter and where its packages are."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = str(folder / "bin" / "python")
    where = "import site; print(site.getsitepackages()[0])"
    packages = Path(
        subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    )
    pip = [python, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", str(ROOT)], check=True, stderr=subprocess.DEVNULL)
    subprocess.run(
        [*pip, "uninstall", "--quiet", "--yes", "setuptools", "pip"], check=True, stderr=subprocess.DEVNULL
    )
    return python, packages


def _seconds(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.2f} s", f"{max(values):.2f} s"


if __name__ == "__main__":
    print(measure())
