"""Turns results into tables of text."""

from harness.figures import HALVES


def render(headers, rows):
    """Columns as wide as their longest cell, the first to the left, the others to the right; None is a rule."""
    for cells in rows:
        if cells is not None and len(cells) != len(headers):
            raise ValueError(f"a row of {len(cells)} cells in a table of {len(headers)} columns")
    table = [headers, *(cells for cells in rows if cells is not None)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(headers))]

    def line(cells):
        first = cells[0].ljust(widths[0])
        return "  ".join([first, *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:]))]).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    return "\n".join([line(headers), rule, *(rule if cells is None else line(cells) for cells in rows)])


def seconds(value):
    return f"{value:.3f}" if value < 100 else f"{value:.0f}"


def times(value):
    """A ratio with about three digits."""
    return f"{value:.2f}x" if value < 9.995 else f"{value:.1f}x" if value < 99.95 else f"{value:.0f}x"


def quantity(value, unit):
    if unit == "ns":
        return f"{value:,.1f} ns" if abs(value) < 1000 else f"{value / 1000:,.1f} us"
    if unit == "B":
        return f"{value / (1 << 20):,.2f} MiB"
    return f"{value:,.0f} {unit}"


def execute_table(results):
    """Seconds and the ratio to ours for every program and engine, then the geometric means."""
    names = results["engines"]
    reference = "ours" in names
    rows = []
    for program in results["programs"]:
        cells = [f"{program['name']} ({program['half']})"]
        for name in names:
            cell = program["engines"][name]
            text = "-" if cell["seconds"] is None else seconds(cell["seconds"])
            if reference and name != "ours":
                text += "".ljust(9) if cell["ratio"] is None else times(cell["ratio"]).rjust(9)
            cells.append(text)
        rows.append(cells)
    if reference:
        rows.append(None)
        for half in HALVES:
            total = results["geomeans"][half]["ours"]["programs"]
            if total == 0:
                continue
            cells = [f"geomean, {half} ({total})"]
            for name in names:
                mean = results["geomeans"][half][name]
                text = "-" if mean["ratio"] is None else times(mean["ratio"])
                # A mean of fewer programs than ours cannot be compared with the others without a thought.
                cells.append(text if mean["programs"] in (0, total) else f"({mean['programs']}) {text}")
            rows.append(cells)
    return render(["program", *names], rows)


def execute_notes(results):
    """Why cells are empty, a line each."""
    return [
        f"{name}, {program['name']}: {program['engines'][name]['missing']}"
        for program in results["programs"] for name in results["engines"] if "missing" in program["engines"][name]
    ]


def load_table(results):
    rows = []
    for module in results:
        rows.append([f"{module['name']} ({module['bytes']:,} bytes)", "", "", "", ""])
        for name, load in module["loads"].items():
            rows.append([
                f"  {name}", seconds(load["cpuSeconds"]), seconds(load["wallSeconds"]),
                f"{load['peakMemoryBytes'] / (1 << 20):.0f}",
                "" if name == "ours" or load["ratio"] is None else times(load["ratio"])])
            if name == "ours":
                for key, label in (("load_ns", "loadModule"), ("first_call_ns", "first call")):
                    if key in module["steps"]:
                        rows.append([f"    of it {label}", "", seconds(module["steps"][key] / 1e9), "", ""])
    return render(["module, engine", "CPU s", "wall s", "peak MiB", "CPU / ours"], rows)


def load_notes(results):
    return [f"{name}, {module['name']}: {reason}" for module in results for name, reason in module["missing"].items()]


def command_table(results):
    rows = []
    for program in results:
        rows.append([f"{program['name']} ({program['bytes']:,} bytes)", "", "", ""])
        for name, run in program["runs"].items():
            rows.append([
                f"  {name}", seconds(run["cpuSeconds"]), seconds(run["wallSeconds"]),
                "" if name == "ours" or run["ratio"] is None else times(run["ratio"])])
    return render(["program, engine", "CPU s", "wall s", "CPU / ours"], rows)


def figure_table(rows):
    """The rows of the groups that measure the library."""
    return render(
        ["what", "figure", "ratio"],
        [[entry["label"], quantity(entry["value"], entry["unit"]),
          ", ".join(f"{times(ratio['ratio'])} {ratio['to']}" for ratio in entry["ratios"])] for entry in rows])
