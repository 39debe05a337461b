"""Tables and the chart."""

import re
import unittest
import xml.etree.ElementTree as xml

from harness import chart, figures, table

SVG = "{http://www.w3.org/2000/svg}"


def mean(ratio, programs=2):
    return {"ratio": ratio, "programs": programs}


def results(**ratios):
    means = {name: mean(value) for name, value in ratios.items()}
    return {"what": {}, "geomeans": {half: dict(means) for half in figures.HALVES}}


class TableTests(unittest.TestCase):
    def test_columns_line_up(self):
        lines = table.render(["what", "a", "b"], [["x", "1.00", "2"], None, ["longer", "10.00", "22"]]).splitlines()
        self.assertEqual(lines, [
            "what        a   b", "-----------------", "x        1.00   2", "-----------------", "longer  10.00  22"])

    def test_a_row_with_a_cell_too_few_is_a_mistake(self):
        with self.assertRaises(ValueError):
            table.render(["a", "b"], [["only one"]])

    def test_ratios_keep_three_digits(self):
        self.assertEqual([table.times(v) for v in (0.125, 1, 9.99, 9.996, 12.34, 123.4)],
                         ["0.12x", "1.00x", "9.99x", "10.0x", "12.3x", "123x"])

    def test_units(self):
        self.assertEqual(table.quantity(12.34, "ns"), "12.3 ns")
        self.assertEqual(table.quantity(-12345, "ns"), "-12.3 us")
        self.assertEqual(table.quantity(3 << 19, "B"), "1.50 MiB")
        self.assertEqual(table.quantity(12345.6, "/s"), "12,346 /s")

    def test_a_load_has_its_ratio_and_what_is_missing_its_reason(self):
        load = {"cpuSeconds": 1.5, "wallSeconds": 2.0, "peakMemoryBytes": 3 << 20, "ratio": 1.0}
        modules = [{
            "name": "m", "bytes": 1000, "loads": {"ours": load, "peer": {**load, "ratio": 20.0}},
            "missing": {"other": "too large"}, "steps": {"load_ns": 1.25e9}}]
        text = table.load_table(modules)
        self.assertRegex(text, r"peer +1\.500 +2\.000 +3 +20\.0x")
        self.assertRegex(text, r"of it loadModule +1\.250")
        self.assertEqual(table.load_notes(modules), ["other, m: too large"])

    def test_a_figure_has_its_ratios(self):
        rows = [{"label": "call", "value": 2000, "unit": "ns", "ratios": [{"ratio": 4.0, "to": "floor"}]}]
        self.assertRegex(table.figure_table(rows), r"call +2\.0 us +4\.00x floor")


class ChartTests(unittest.TestCase):
    def bars(self, root):
        return [shape for shape in root.iter(SVG + "rect") if shape.get("x")]

    def test_it_is_well_formed_and_a_bar_is_as_long_as_its_ratio(self):
        root = xml.fromstring(chart.draw(results(ours=1.0, peer=2.0, fast=0.5)))
        self.assertEqual(root.tag, SVG + "svg")
        bars = self.bars(root)
        self.assertEqual(len(bars), 3 * len(figures.HALVES))
        widths = [float(bar.get("width")) for bar in bars[:3]]
        self.assertAlmostEqual(widths[1] / widths[0], 2.0, delta=0.01)
        self.assertAlmostEqual(widths[2] / widths[0], 4.0, delta=0.01)

    def test_everything_lies_within_the_picture(self):
        root = xml.fromstring(chart.draw(results(ours=1.0, peer=30.0)))
        width, height = float(root.get("width")), float(root.get("height"))
        for shape in root.iter():
            if shape.get("x") and shape.get("y"):
                self.assertTrue(0 <= float(shape.get("x")) + float(shape.get("width", 0)) <= width)
                self.assertTrue(0 <= float(shape.get("y")) + float(shape.get("height", 0)) <= height)

    def test_names_are_text_and_not_markup(self):
        drawn = chart.draw({**results(ours=1.0, peer=2.0), "what": {"peer": "<b> & co"}})
        words = {element.text for element in xml.fromstring(drawn).iter(SVG + "text")}
        self.assertIn("<b> & co", words)
        self.assertIn("2.00", words)

    def test_an_engine_without_ratio_has_no_bar_and_a_half_without_any_no_heading(self):
        data = results(ours=1.0, peer=None)
        data["geomeans"]["judge"] = {"ours": mean(None, 0), "peer": mean(None, 0)}
        drawn = chart.draw(data)
        self.assertEqual(len(self.bars(xml.fromstring(drawn))), len(figures.HALVES) - 1)
        self.assertEqual(len(re.findall("Programs that judge it", drawn)), 0)
        with self.assertRaises(ValueError):
            chart.draw(results(ours=None))
