"""The command line of `scripts/bench`."""

import argparse
import pathlib
import re

from harness.engines import ENGINE_NAMES

GROUPS = ("execute", "load", "commands", "instantiate", "host", "calls", "memory")
USAGE_ERROR = 64

DESCRIPTION = """\
Measures the product beside its floor and beside other engines, and prints ratios. Builds what it needs, optimised.

groups:
  execute      how fast engines compute: the programs of Benchmarks/programs
  load         large modules: load and first call, beside compilers and validators
  commands     real WASI programs as whole command lines, beside wasmtime run and wasmkit run
  instantiate  the reset of an instance between two calls
  host         a call of a host function, inside the worker and of the embedder
  calls        worker start, cold call, warm call, calls per second, beside a C ping-pong over pipes
  memory       private memory of a worker, idle and with a module
"""

EPILOG = f"""\
engines: {", ".join(ENGINE_NAMES)}
Peers come from PyPI into .build/benchmarks/peers, wasmkit from the Swift toolchain. HANZO_BENCH_WASM3,
HANZO_BENCH_IWASM and HANZO_BENCH_WASMI may name executables. What is missing is skipped, and the reason printed.
HANZO_WASM_SHARED names a folder whose cases/real holds further modules to load, and the programs of commands.

exit codes: 0 measured; 1 a wrong answer or a failure of the product; 64 the command line cannot be read
"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(USAGE_ERROR, f"error: {message}\nscripts/bench --help lists the options.\n")


def names_of(kind, known):
    """Converts `a,b` to a list of known names."""

    def convert(text):
        names = [name.strip() for name in text.split(",")]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {kind} {name!r}; known are {', '.join(known)}")
        return names

    return convert


def count(text):
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1000")
    return int(text)


def sizes(text):
    return [count(part) for part in text.split(",")]


def parser():
    made = Parser(
        prog="scripts/bench", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--quick", action="store_true", help="CI's smoke run, about a minute: figures that wobble")
    made.add_argument(
        "--group", type=names_of("group", GROUPS), metavar="NAME[,NAME]", default=list(GROUPS),
        help="only these groups (default: all)")
    made.add_argument(
        "--engines", type=names_of("engine", ENGINE_NAMES), metavar="NAME[,NAME]",
        help="only these engines in execute; ours is always measured (default: all)")
    made.add_argument(
        "--programs", type=lambda text: [name.strip() for name in text.split(",")], metavar="NAME[,NAME]",
        help="only these programs in execute (default: all; --quick: two of each half, one with vectors)")
    made.add_argument("--rounds", type=count, metavar="N", help="rounds of execute, load and commands (default 5; --quick: 1)")
    made.add_argument(
        "--sizes", type=sizes, metavar="MB[,MB]",
        help="generated modules of load, in MB (default 1,8,30,70; --quick: 1); Cranelift needs minutes for large ones")
    made.add_argument(
        "--json", type=pathlib.Path, metavar="FILE",
        help="where the results go (default .build/benchmarks/results.json)")
    made.add_argument("--chart", type=pathlib.Path, metavar="FILE", help="draw execute as SVG")
    # What scripts/bench passes for the harness: where the things are that it has built.
    for name in ("--root", "--launcher", "--ping-pong", "--library", "--c-interface"):
        made.add_argument(name, type=pathlib.Path, help=argparse.SUPPRESS)
    made.add_argument("--check-only", action="store_true", help=argparse.SUPPRESS)
    return made


def parse(arguments):
    """The options with the defaults filled in; exits with 64 and a sentence if they make no sense."""
    made = parser()
    options = made.parse_args(arguments)
    options.amount = "quick" if options.quick else "full"
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.sizes = options.sizes or ([1] if options.quick else [1, 8, 30, 70])
    if options.engines is not None and "ours" not in options.engines:
        options.engines = ["ours", *options.engines]
    if options.chart and "execute" not in options.group:
        made.error("--chart draws the group execute, which --group leaves out")
    for option, path in (("--json", options.json), ("--chart", options.chart)):
        if path and not path.parent.is_dir():
            made.error(f"{option}: the folder {path.parent} does not exist")
    return options


def choose_programs(options, programs):
    """The programs to measure; exits with 64 if one does not exist."""
    if options.programs:
        known = {program.name for program in programs}
        for name in options.programs:
            if name not in known:
                parser().error(f"there is no program {name!r}; known are {', '.join(sorted(known))}")
        return [program for program in programs if program.name in options.programs]
    if not options.quick:
        return programs
    chosen = []
    for half, count in (("tune", 2), ("judge", 2), ("simd", 1), ("gc", 1)):
        chosen += [program for program in programs if program.half == half][:count]
    return chosen
