"""What is said of samples: medians, differences, ratios and their geometric mean."""

import math
import statistics


def median(samples):
    """The middle of at least one sample."""
    if not samples:
        raise ValueError("no samples")
    return statistics.median(samples)


def net_seconds(samples, small_samples):
    """The cost of the work itself: the median command less the median of the same command with next to nothing to do.

    None if the difference is not positive: the work was too little to be told from the start of a process.
    """
    difference = median(samples) - median(small_samples)
    return difference if difference > 0 else None


def ratio(value, reference):
    """How many times `reference` the `value` is; None where either is missing."""
    if value is None or reference is None or reference <= 0:
        return None
    return value / reference


def geometric_mean(ratios):
    """The mean of ratios: twice as fast on one program and half as fast on another is even. None without ratios."""
    known = [value for value in ratios if value is not None]
    if not known:
        return None
    if any(value <= 0 for value in known):
        raise ValueError("a ratio must be positive")
    return math.exp(sum(math.log(value) for value in known) / len(known))


# What programs.json may say of a program.
PROGRAM_HALVES = ("tune", "judge", "simd", "gc")
# "all" is both halves of the programs that every engine can run; those with vectors or objects have means of their own.
HALVES = ("tune", "judge", "all", "simd", "gc")


def geometric_means_by_half(ratios_by_program, halves):
    """A mean for each of HALVES -> (geometric mean, how many programs it is of).

    `ratios_by_program` maps a program's name to a ratio or None, `halves` to one of PROGRAM_HALVES.
    """
    means = {}
    for half in HALVES:
        ratios = [
            value for name, value in ratios_by_program.items()
            if value is not None and (half == halves[name] or half == "all" and halves[name] in ("tune", "judge"))
        ]
        means[half] = (geometric_mean(ratios), len(ratios))
    return means
