"""The group *calls*: which figures become rows beside which floor."""

import unittest
from unittest import mock

from harness import library, peers

WARM = {"warm_call_p50": 20e3, "warm_call_p99": 40e3, "warm_call_p999": 80e3}
START = {f"{key}_{percentile}": 1e6 for key in ("ready", "cold_call") for percentile in ("p50", "p90")}
RATE = {f"{key}_per_second_{workers}": 5e4 for key in ("calls", "crowd") for workers in (1, 2, 8)}
LATE = {f"late_{key}_{percentile}": 1e6 for key in ("idle", "oversubscribed") for percentile in ("p50", "p99")}
THROUGH_C = {"c_call_p50": 25e3, "c_completed_call_p50": 30e3}
ISOLATED = {f"{key}_{percentile}": 6e5 for key, _ in library.ISOLATED_CALLS for percentile in ("p50", "p99")}
FLOOR = {"p50": 10e3, "p99": 20e3, "p999": 40e3, "rate": 1e5}


class Library:
    """Answers what the executable would print."""

    def __init__(self, **figures):
        self.found = {
            "start": {**START, "idle_private_bytes": 1 << 20}, "warm": {**WARM, "request_bytes": 7, "reply_bytes": 9},
            "across": WARM, "throughput": RATE, "deadline": LATE, "isolation": ISOLATED,
            "c_interface": THROUGH_C, **figures}
        self.runner = None

    def figures(self, what, amount, pinned=False):
        return self.found[what]


class CallsTests(unittest.TestCase):
    def measure(self, floor=lambda *arguments: FLOOR, **figures):
        with mock.patch.object(library, "floor", side_effect=floor) as asked:
            rows, notes = library.measure_calls(Library(**figures), peers.Tools(), "ping_pong", "quick")
        return {row["label"]: row for row in rows}, notes, asked

    def test_a_warm_call_is_compared_with_the_ping_pong_of_its_sizes_and_its_placement(self):
        rows, _, asked = self.measure()
        self.assertEqual([call.args[1:4] for call in asked.call_args_list[:2]], [("same", 7, 9), ("across", 7, 9)])
        for where, other in (("on one core", "on one core"), ("across cores", "across cores")):
            for percentile in ("p50", "p99", "p99.9"):
                ratio, = rows[f"warm call {where}, {percentile}"]["ratios"]
                self.assertEqual((ratio["ratio"], ratio["to"]), (2.0, f"C ping-pong {other}"))

    def test_calls_per_second_are_compared_with_as_many_pairs(self):
        rows, _, asked = self.measure()
        self.assertEqual([call.args[5] for call in asked.call_args_list[2:]], [1, 2, 8])
        for callers in ("as many callers", "64 callers"):
            ratio, = rows[f"calls per second, 8 workers, {callers}"]["ratios"]
            self.assertEqual(ratio["ratio"], 0.5)

    def test_calls_through_the_c_interface_are_compared_with_the_swift_api_on_the_same_core(self):
        rows, _, _ = self.measure()
        for how, expected in (("blocking", 1.25), ("with a completion", 1.5)):
            ratio, = rows[f"warm call on one core through the C interface, {how}, p50"]["ratios"]
            self.assertEqual((ratio["ratio"], ratio["to"]), (expected, "the Swift API"))

    def test_isolated_calls_are_compared_with_a_warm_one(self):
        rows, _, _ = self.measure()
        for _, label in library.ISOLATED_CALLS:
            ratio, = rows[f"{label}, p50"]["ratios"]
            self.assertEqual((ratio["ratio"], ratio["to"]), (30.0, "a warm call's p50"))
            self.assertEqual(rows[f"{label}, p99"]["ratios"], [])

    def test_deadlines_and_memory_have_their_rows(self):
        rows, _, _ = self.measure()
        self.assertIn("timedOut after the deadline of a spinning call, two for each core, p99", rows)
        self.assertEqual(rows["idle worker beside another, private memory"]["value"], 1 << 20)

    def test_what_needs_two_cores_is_missing_with_its_reason_on_one(self):
        rows, notes, _ = self.measure(
            floor=lambda _, placement, *rest: None if placement == "across" else FLOOR, across={})
        self.assertIn("warm call on one core, p50", rows)
        self.assertNotIn("warm call across cores, p50", rows)
        self.assertIn("warm call across cores: this process may use one core only", notes)

    def test_memory_that_cannot_be_read_is_said_so(self):
        rows, notes, _ = self.measure(start=START)
        self.assertNotIn("idle worker beside another, private memory", rows)
        self.assertTrue(any("smaps_rollup" in note for note in notes))


if __name__ == "__main__":
    unittest.main()
