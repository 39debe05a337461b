#!/usr/bin/env python3
"""Builds every golden frame NAME.bin from its description NAME.json, from PROTOCOL.md alone.

It shares no code with the Swift package, so the two check each other. Run it after adding a vector; with --check it
only says which frames differ.
"""
import json
import pathlib
import struct
import sys

folder = pathlib.Path(__file__).parent


def frame(vector):
    attachment = b"".join(bytes.fromhex(segment["hex"]) for segment in vector.get("segments", []))
    text = json.dumps(vector["message"], separators=(",", ":"), ensure_ascii=False).encode()
    return struct.pack("<II", len(text), len(attachment)) + text + attachment


different = []
for path in sorted(folder.glob("*.json")):
    expected = frame(json.loads(path.read_text()))
    target = path.with_suffix(".bin")
    if not target.exists() or target.read_bytes() != expected:
        different.append(target.name)
        if "--check" not in sys.argv:
            target.write_bytes(expected)
print("different:" if "--check" in sys.argv else "written:", ", ".join(different) or "none")
sys.exit(1 if different and "--check" in sys.argv else 0)
