"""The benchmark harness behind `scripts/bench`: runs the product beside other engines and prints ratios."""
