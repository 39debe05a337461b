"""Medians, differences, ratios, geometric means."""

import unittest

from harness import figures


class FiguresTests(unittest.TestCase):
    def test_one_slow_sample_does_not_move_the_median(self):
        self.assertEqual(figures.median([3.0, 1.0, 100.0]), 3.0)
        self.assertEqual(figures.median([1.0, 2.0]), 1.5)

    def test_there_is_no_median_of_nothing(self):
        with self.assertRaises(ValueError):
            figures.median([])

    def test_the_start_of_the_process_is_taken_off(self):
        self.assertAlmostEqual(figures.net_seconds([1.0, 1.2, 5.0], [0.1, 0.3, 0.2]), 1.0)

    def test_work_that_cannot_be_told_from_the_start_has_no_figure(self):
        self.assertIsNone(figures.net_seconds([0.1], [0.1]))
        self.assertIsNone(figures.net_seconds([0.1], [0.2]))

    def test_a_ratio_needs_both_figures(self):
        self.assertEqual(figures.ratio(3.0, 2.0), 1.5)
        self.assertIsNone(figures.ratio(None, 2.0))
        self.assertIsNone(figures.ratio(3.0, None))
        self.assertIsNone(figures.ratio(3.0, 0.0))

    def test_twice_and_half_as_fast_is_even(self):
        self.assertAlmostEqual(figures.geometric_mean([2.0, 0.5]), 1.0)
        self.assertAlmostEqual(figures.geometric_mean([2.0, None, 8.0]), 4.0)
        self.assertIsNone(figures.geometric_mean([None]))
        with self.assertRaises(ValueError):
            figures.geometric_mean([1.0, 0.0])

    def test_each_half_has_its_own_mean(self):
        means = figures.geometric_means_by_half(
            {"a": 2.0, "b": 8.0, "c": 3.0, "d": None}, {"a": "tune", "b": "tune", "c": "judge", "d": "judge"})
        self.assertAlmostEqual(means["tune"][0], 4.0)
        self.assertEqual(means["tune"][1], 2)
        self.assertAlmostEqual(means["judge"][0], 3.0)
        self.assertEqual(means["judge"][1], 1)
        self.assertAlmostEqual(means["all"][0], 48 ** (1 / 3))
        self.assertEqual(means["all"][1], 3)
        self.assertEqual(means["simd"], (None, 0))

    def test_programs_with_vectors_have_a_mean_of_their_own(self):
        means = figures.geometric_means_by_half({"a": 2.0, "b": 8.0}, {"a": "tune", "b": "simd"})
        self.assertAlmostEqual(means["all"][0], 2.0)
        self.assertAlmostEqual(means["simd"][0], 8.0)
