"""Cold start, import time and the size of the base install."""

import shutil
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
    """What it costs to have and to start."""
    table = Table("Cold start and size", "", "median", "most")
    starts = []
    for _ in range(runs):
        started = time.perf_counter()
        with demo_server():
            starts.append(time.perf_counter() - started)
    table.row("`hearthbridge demo` until it answers", *_seconds(starts))
    peer = "import uvicorn, fastapi; app = fastapi.FastAPI()"
    for label, code in (("import bridge.api", "import bridge.api"), ("import uvicorn and fastapi alone", peer)):
        table.row(label, *_seconds([_python(code) for _ in range(runs)]))
    size, packages = _install()
    table.row("base install, without extras", f"{size / 1e6:.0f} MB", f"{packages} packages")
    return table


def _python(code: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - started


def _install() -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        python = Path(folder) / "bin" / "python"
        target = subprocess.run(
            [python, "-c", "import site; print(site.getsitepackages()[0])"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", target, str(ROOT)], check=True)
        size = sum(file.stat().st_size for file in Path(target).rglob("*") if file.is_file())
        packages = len(list(Path(target).glob("*.dist-info")))
        shutil.rmtree(target)
    return size, packages


def _seconds(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.2f} s", f"{max(values):.2f} s"


if __name__ == "__main__":
    print(measure())
