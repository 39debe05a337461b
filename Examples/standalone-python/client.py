#!/usr/bin/env python3
"""Drives `hanzo-wasm-worker --standalone` by the frames of protocol/PROTOCOL.md, with the standard library only.

Usage: client.py [path of hanzo-wasm-worker]
"""
import hashlib, json, secrets, struct, subprocess, sys

MODULE = b"""
(module
  (func $divide (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "add") (param $left i32) (param $right i32) (result i32)
    (i32.add (local.get $left) (local.get $right)))
  (func $half (export "ratio") (param i32 i32) (result i32) (call $divide (local.get 0) (local.get 1))))
"""


class Worker:
    """A confined worker process: one request at a time, each answered by one message."""

    def __init__(self, path):
        self.process = subprocess.Popen(
            [path, "--standalone"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"SWIFT_BACKTRACE": "enable=no"})
        self.ready = self.receive()
        assert self.ready["type"] == "ready" and self.ready["protocolVersion"] == 1, self.ready
        self.request("configure", "configured")

    def request(self, kind, expected, attachment=b"", **fields):
        message = {"type": kind, "id": secrets.token_hex(8), **fields}
        if attachment:
            message["attachment"] = [{"name": kind_of_segment(kind), "offset": 0, "length": len(attachment)}]
        body = json.dumps(message).encode()
        self.process.stdin.write(struct.pack("<II", len(body), len(attachment)) + body + attachment)
        self.process.stdin.flush()
        answer = self.receive()
        assert answer["type"] == expected and answer["id"] == message["id"], answer
        return answer

    def receive(self):
        lengths = self.process.stdout.read(8)
        if len(lengths) < 8:
            raise SystemExit(f"the worker ended with exit code {self.process.wait()}")
        body, attachment = struct.unpack("<II", lengths)
        message = json.loads(self.process.stdout.read(body))
        self.process.stdout.read(attachment)
        return message

    def call(self, module, function, arguments):
        invocation = {"module": module, "entry": {"function": function},
                      "input": {"kind": "arguments", "value": arguments}}
        return self.request("invoke", "outcome", invocation=invocation)["outcome"]

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def kind_of_segment(kind):
    return "module" if kind == "load" else "input"


def main():
    worker = Worker(sys.argv[1] if len(sys.argv) > 1 else ".build/release/hanzo-wasm-worker")
    active = [layer["name"] for layer in worker.ready["layers"] if layer["state"] == "active"]
    print("confined by", ", ".join(active))
    module = hashlib.sha256(MODULE).hexdigest()
    loaded = worker.request("load", "loaded", MODULE, hash=module)
    print("exports", ", ".join(function["name"] for function in loaded["module"]["functions"]))
    print("add(5, 3) =", worker.call(module, "add", [5, 3])["result"]["value"])
    failure = worker.call(module, "ratio", [1, 0])["failure"]
    print("ratio(1, 0):", failure["code"], failure["trapKind"], "in",
          " < ".join(frame["name"] for frame in failure["frames"]))
    print("exit code", worker.close())


if __name__ == "__main__":
    main()
