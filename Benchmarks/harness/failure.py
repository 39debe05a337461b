"""How the harness ends early."""


class BenchmarkFailure(Exception):
    """What makes the figures worthless: a wrong answer, or a product that does not run. Exit code 1."""


class EngineFailure(Exception):
    """One engine cannot do one thing: its cell stays empty, and the reason is printed."""
