"""A bar chart of the execution times as SVG: engines by geometric mean, in the two halves and in all."""

from xml.sax.saxutils import escape

from harness.figures import HALVES

WIDTH, MARGIN = 760, 24
LABEL, VALUE = 250, 60
BAR, GAP, HEADING, SPACE = 16, 6, 26, 18
TITLES = {"tune": "Programs that the engine was tuned with", "judge": "Programs that judge it", "all": "All of these programs",
          "simd": "Programs with vectors", "gc": "Programs with garbage-collected objects"}
OURS, OTHER = "#d9480f", "#5c7cfa"


def draw(results):
    """The SVG's text. `results` is the group `execute`.

    A bar is the time relative to ours, so shorter is faster.
    """
    sections = []
    for half in HALVES:
        bars = [
            (name, mean["ratio"]) for name, mean in results["geomeans"][half].items() if mean["ratio"] is not None]
        if bars:
            sections.append((half, sorted(bars, key=lambda bar: bar[1])))
    if not sections:
        raise ValueError("there are no ratios to draw")
    longest = max(value for _, bars in sections for _, value in bars)
    scale = (WIDTH - 2 * MARGIN - LABEL - VALUE) / longest
    parts, y = [], MARGIN
    parts.append(text(MARGIN, y + 14, "Execution time relative to hanzo-wasm (fuel counted)", 17, weight="bold"))
    parts.append(text(MARGIN, y + 34, "geometric mean; shorter is faster; 1 is hanzo-wasm", 12, "#555"))
    y += 48
    for half, bars in sections:
        count = max(mean["programs"] for mean in results["geomeans"][half].values())
        y += SPACE
        parts.append(text(MARGIN, y + 12, f"{TITLES[half]} ({count})", 13, weight="bold"))
        y += HEADING
        top = y
        for name, value in bars:
            ours = name.startswith("ours")
            label = results["what"].get(name, name)
            parts.append(text(MARGIN + LABEL - 8, y + BAR - 4, label, 12, anchor="end"))
            parts.append(
                f'<rect x="{MARGIN + LABEL}" y="{y}" width="{max(value * scale, 1):.1f}" height="{BAR}" '
                f'fill="{OURS if ours else OTHER}"/>')
            parts.append(text(MARGIN + LABEL + value * scale + 6, y + BAR - 4, f"{value:.2f}", 12))
            y += BAR + GAP
        one = MARGIN + LABEL + scale
        parts.append(
            f'<line x1="{one:.1f}" y1="{top - 4}" x2="{one:.1f}" y2="{y - 2}" stroke="#333" stroke-dasharray="3 3"/>')
    height = y + MARGIN
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, sans-serif" role="img">',
        "<title>Execution time relative to hanzo-wasm, by engine</title>",
        # A page may be dark; the labels are not.
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *parts, "</svg>", ""])


def text(x, y, content, size, colour="#111", anchor="start", weight="normal"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(content)}</text>')
