"""Calls one function in wasm3, in a process of its own: wasm3_child.py FILE FUNCTION [I32...]

Prints the result; without FUNCTION it only loads the module.
"""

import pathlib
import sys

import wasm3

environment = wasm3.Environment()
runtime = environment.new_runtime(1 << 20)
runtime.load(environment.parse_module(pathlib.Path(sys.argv[1]).read_bytes()))
if len(sys.argv) > 2:
    print(runtime.find_function(sys.argv[2])(*map(int, sys.argv[3:])))
