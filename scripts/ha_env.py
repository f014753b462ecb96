#!/usr/bin/env python3
"""Install a real Home Assistant (HA) for the tests, and say which interpreter runs it. Standard library only.

    python scripts/ha_env.py install [--version auto|2024.3.3|2025.4.4|2026.11.0] [--root .ha]
    python scripts/ha_env.py python --version 2024.3.3 [--root .ha]

Each version gets a folder of its own, ``.ha/VERSION/``, whose ``bin/python`` runs that HA
(``.ha/VERSION/bin/python -m homeassistant``). It is built beside its place and moved there, with its
stamp, when complete: an install that was killed is done again, one that is complete costs nothing.

``auto`` installs 2024.3.3, then the others where they can be had. Exit status: 0 installed; 1 the install
failed; 3 this machine cannot have that version (no Python for it), so go on with the others.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CANNOT_BE_HAD = 3

INTEGRATIONS = (
    "frontend",  # without it HA starts in recovery mode
    "ai_task", "analytics", "api", "assist_pipeline", "assist_satellite", "automation", "backup", "camera", "cloud",
    "config", "conversation", "cover", "demo", "diagnostics", "generic_thermostat", "hassio", "history", "infrared",
    "input_boolean", "input_number", "isal", "local_todo", "logbook", "mobile_app", "person", "radio_frequency",
    "recorder", "repairs", "scene", "script", "stream", "sun", "system_health", "template", "timer", "todo", "tts",
    "universal", "webhook", "wyoming", "zeroconf", "zone",
)  # fmt: skip
"""What the tests' home is made of and what HA loads with it; names unknown to a release are passed over."""


@dataclass(frozen=True)
class Pin:
    """What one version is made of; a change of any of it makes ``install`` build again."""

    version: str
    python: str
    """The Python series that this HA needs."""
    extra: tuple[str, ...] = ()
    """Requirements that HA's own constraints leave open."""
    suite: str | None = None
    """The Debian suite whose ``python3`` is that series, for machines without it."""

    def stamp(self) -> dict[str, object]:
        """Return the inputs as they are written into the stamp file."""
        return {
            "version": self.version,
            "python": self.python,
            "extra": list(self.extra),
            "suite": self.suite,
            "integrations": list(INTEGRATIONS),
        }


PINS = {
    pin.version: pin
    for pin in (
        # With josepy 2 every request answers 500; with a later pyparsing a to-do list is not read after a restart.
        Pin("2024.3.3", "3.11", extra=("josepy<2", "pyparsing<3.2")),
        # The oldest that our integration runs on; its own tests run here (a release of the plugin is for one HA).
        # Its aiodns resolves no name with a later pycares.
        Pin(
            "2025.4.4",
            "3.13",
            extra=("pytest-homeassistant-custom-component==0.13.236", "pycares<5"),
            suite="trixie",
        ),
        # mypy checks our integration against this release, which only a Python of its series can read.
        Pin("2026.11.0", "3.14", extra=("mypy>=2.1,<3",), suite="forky"),
    )
}


class CannotBeHadError(Exception):
    """This machine has no way to run that version."""


class InstallFailedError(Exception):
    """A step of the install failed."""


def say(text: str) -> None:
    """Print progress at once, also into a pipe."""
    print(text, flush=True)


class Steps:
    """Run the commands of one install: one line of progress each, their output in a log file."""

    def __init__(self, version: str, log: Path) -> None:
        """Begin an empty log."""
        self._version = version
        self._log = log
        log.write_text("")

    def run(self, title: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
        """Run one command; raise InstallFailedError with the end of its output when it fails."""
        say(f"{self._version}: {title} ...")
        began = time.monotonic()
        with self._log.open("ab") as log:
            # close_fds=False: the children hold the lock too: what a killed install left behind keeps others out.
            done = subprocess.run(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=env, close_fds=False, check=False
            )
        if done.returncode:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
            raise InstallFailedError(f"{title} failed (exit status {done.returncode}, log {self._log}):\n{tail}")
        say(f"{self._version}: {title}: {time.monotonic() - began:.0f} s")


def output_of(*command: str) -> str:
    """Return what a command prints, whether it fails or not."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def find_python(series: str) -> Path | None:
    """Return a working interpreter of that series with ``venv``: this one, one on PATH, or one of pyenv's."""
    names = [sys.executable, shutil.which(f"python{series}")]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    names += [str(found) for found in sorted(pyenv.glob(f"versions/{series}.*/bin/python{series}"), reverse=True)]
    probe = "import sys, ensurepip, venv; print('%d.%d' % sys.version_info[:2], sys.executable)"
    for name in filter(None, names):
        with contextlib.suppress(OSError):
            # A pyenv shim is on PATH also where no such version is chosen: only a run tells.
            answer = output_of(name, "-c", probe).split()
            if len(answer) == 2 and answer[0] == series:
                return Path(answer[1])
    return None


def requirements(site_packages: Path) -> list[str]:
    """Return what the installed manifests of INTEGRATIONS, and of what they depend on, ask for."""
    components = site_packages / "homeassistant" / "components"
    asked: set[str] = set()
    seen: set[str] = set()
    waiting = list(INTEGRATIONS)
    while waiting:
        domain = waiting.pop()
        manifest_file = components / domain / "manifest.json"
        if domain in seen or not manifest_file.exists():
            continue
        seen.add(domain)
        manifest = json.loads(manifest_file.read_text())
        asked.update(manifest.get("requirements", []))
        waiting += manifest.get("dependencies", [])
        waiting += [after for after in manifest.get("after_dependencies", []) if after in INTEGRATIONS]
    return sorted(asked)


def fill(pin: Pin, steps: Steps, build: Path, pip: Sequence[str], env: Mapping[str, str], seen: Path) -> None:
    """Install HA, then what its integrations ask for, under HA's constraints; ``seen`` is what pip has as ``/``."""
    steps.run(f"fetching homeassistant {pin.version}", [*pip, "--no-deps", f"homeassistant=={pin.version}"], env)
    (site_packages,) = build.glob("lib/python3*/site-packages")
    constraints = site_packages.resolve() / "homeassistant" / "package_constraints.txt"
    inside = Path("/") / constraints.relative_to(seen.resolve())
    wanted = [f"homeassistant=={pin.version}", *pin.extra, *requirements(site_packages)]
    steps.run(f"installing {len(wanted)} requirements", [*pip, "-c", str(inside), *wanted], env)


def build_venv(pin: Pin, steps: Steps, build: Path, python: Path) -> None:
    """Build with an interpreter of this machine: a venv, filled by uv where there is one, else by pip."""
    strange = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in strange}
    steps.run(f"making a venv with Python {pin.python}", [python, "-m", "venv", build], env)
    inner = str(build / "bin" / "python")
    if uv := shutil.which("uv"):
        try:
            fill(pin, steps, build, [uv, "pip", "install", "--python", inner], env, Path("/"))
        except InstallFailedError as error:
            say(f"{pin.version}: uv failed, so pip it is: {error}")
        else:
            return
    fill(pin, steps, build, [inner, "-m", "pip", "install", "--no-input"], env, Path("/"))


def apt_mirror() -> str:
    """Return the archive that this machine's apt is set up with."""
    for line in output_of("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)").splitlines():
        uri, _, codename = line.partition(" ")
        if uri and "-" not in codename:  # not the -security and -updates suites: they hold no whole system
            return uri
    raise CannotBeHadError("apt names no archive to take a newer system from")


def ensure_debootstrap(steps: Steps) -> None:
    """Have debootstrap, from apt when it is missing."""
    if shutil.which("debootstrap"):
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", "debootstrap"]
    try:
        steps.run("apt-get install debootstrap", install)
    except InstallFailedError:
        steps.run("apt-get update", ["apt-get", "update"])
        steps.run("apt-get install debootstrap", install)


def inner_environment(root: Path) -> dict[str, str]:
    """Return the environment for commands inside ``root``, with what they need of this machine's network set-up."""
    for name in ("resolv.conf", "hosts"):
        with contextlib.suppress(OSError):
            shutil.copyfile(f"/etc/{name}", root / "etc" / name)
    env = {name: value for name, value in os.environ.items() if re.match("(?i)pip_|.*_proxy$", name)}
    shown = output_of(sys.executable, "-m", "pip", "config", "list")
    for key, value in re.findall(r"^\w+\.([\w-]+)='(.*)'$", shown, re.MULTILINE):
        if key in ("index-url", "extra-index-url", "trusted-host", "timeout") and "file:" not in value:
            env.setdefault("PIP_" + key.upper().replace("-", "_"), value)
    bundle = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
    if bundle and Path(bundle).is_file():
        inside = "etc/ssl/certs/this-machine.crt"
        shutil.copyfile(bundle, root / inside)
        env["PIP_CERT"] = f"/{inside}"
    return env | {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}


LAUNCHER = """\
#!/bin/sh
# Runs the Python of the system under ../root through that system's own loader: no chroot, no privilege, same paths.
here=$(cd "${{0%/*}}" && pwd)
for loader in "$here"/../root/usr/lib/*-linux-gnu*/ld-linux*.so.*; do
  exec "$loader" --library-path "${{loader%/*}}" --argv0 "$here/python" "$here/../root/usr/bin/python{series}" "$@"
done
"""


def write_launcher(pin: Pin, build: Path, final: Path) -> None:
    """Make ``build`` a venv (as it will stand at ``final``) of the Python inside ``build/root``."""
    (build / "bin").mkdir(exist_ok=True)
    (build / "bin" / "python").write_text(LAUNCHER.format(series=pin.python))
    (build / "bin" / "python").chmod(0o755)
    home = final.resolve() / "root" / "usr" / "bin"
    settings = {"home": home, "include-system-site-packages": "false", "version": pin.python}
    (build / "pyvenv.cfg").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))


def build_system(pin: Pin, steps: Steps, build: Path) -> None:
    """Build with a Debian system of its own under ``root``, for machines without that Python."""
    if pin.suite is None or os.geteuid() != 0 or not (shutil.which("apt-get") or shutil.which("debootstrap")):
        raise CannotBeHadError(f"no Python {pin.python} here, and a Debian system with it takes root and apt")
    root = build / "root"
    packages = "python3,python3-venv,python3-dev,g++,ca-certificates"
    suite_script = "/usr/share/debootstrap/scripts/sid"  # named: an older debootstrap has none of that suite's name
    try:
        ensure_debootstrap(steps)
        command = ["debootstrap", "--variant=minbase", f"--include={packages}", pin.suite, str(root), apt_mirror()]
        steps.run(f"building a Debian {pin.suite} system", [*command, suite_script])
    except InstallFailedError as error:
        raise CannotBeHadError(f"no Python {pin.python} here, nor a Debian system with it: {error}") from error
    env = inner_environment(root)
    steps.run("making a venv in it", ["chroot", root, f"/usr/bin/python{pin.python}", "-m", "venv", "/opt/ha"], env)
    (build / "lib").symlink_to("root/opt/ha/lib")
    pip = ["chroot", str(root), "/opt/ha/bin/python", "-m", "pip", "install", "--no-input", "--no-cache-dir"]
    fill(pin, steps, build, pip, env, root)
    shutil.rmtree(root / "var" / "cache" / "apt")
    write_launcher(pin, build, build)


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Let one install at a time work under ``root``."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another install is at work here; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_installed(pin: Pin, final: Path) -> bool:
    """Tell whether ``final`` is complete and made of these inputs."""
    try:
        stamp: object = json.loads((final / "stamp.json").read_text())
    except (OSError, ValueError):
        return False
    return stamp == pin.stamp()


def install(pin: Pin, root: Path) -> None:
    """Install one version under ``root``, unless it is there."""
    final = root / pin.version
    with locked(root):
        if is_installed(pin, final):
            if (final / "root").exists():
                write_launcher(pin, final, final)  # it names its own place, and the folder may have been moved
            say(f"{pin.version}: installed in {final}")
            return
        build = root / f".building-{pin.version}"
        shutil.rmtree(build, ignore_errors=True)
        build.mkdir()
        began = time.monotonic()
        steps = Steps(pin.version, root / f"{pin.version}.log")
        if python := find_python(pin.python):
            build_venv(pin, steps, build, python)
        else:
            build_system(pin, steps, build)
        steps.run("looking whether it starts", [build / "bin" / "python", "-m", "homeassistant", "--version"])
        if (build / "root").exists():
            write_launcher(pin, build, final)
        (build / "stamp.json").write_text(json.dumps(pin.stamp(), indent=1))
        shutil.rmtree(final, ignore_errors=True)
        build.rename(final)
        say(f"{pin.version}: installed in {final} ({time.monotonic() - began:.0f} s)")


def install_command(version: str, root: Path) -> int:
    """Install one version, or as many as this machine can have."""
    for pin in PINS.values() if version == "auto" else [PINS[version]]:
        try:
            install(pin, root)
        except CannotBeHadError as error:
            say(f"{pin.version}: cannot be had on this machine: {error}")
            if version != "auto" or pin is next(iter(PINS.values())):
                return CANNOT_BE_HAD
        except InstallFailedError as error:
            say(f"{pin.version}: {error}")
            return 1
    return 0


def python_command(version: str, root: Path) -> int:
    """Print the interpreter that runs an installed version."""
    if not is_installed(PINS[version], root / version):
        print(f"not installed: run python scripts/ha_env.py install --version {version}", file=sys.stderr)
        return 1
    print((root / version).resolve() / "bin" / "python")
    return 0


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    installer = commands.add_parser("install", help="install HA under --root")
    installer.add_argument("--version", choices=["auto", *PINS], default="auto")
    pointer = commands.add_parser("python", help="print the interpreter of an installed HA")
    pointer.add_argument("--version", choices=list(PINS), required=True)
    for command in (installer, pointer):
        command.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent / ".ha")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the step's command is ended too
    do = install_command if asked.command == "install" else python_command
    return do(asked.version, asked.root)


if __name__ == "__main__":
    sys.exit(main())
