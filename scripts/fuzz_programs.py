"""Random programs in the text format with the habits of compiled code, for scripts/fuzz differential --programs.

Loops with counters, address sums of locals and constants, values that stay on the stack while locals change, branches
with values, switches, early returns and calls: what the translator defers, absorbs and joins. All NaNs are the processor's
default one, as engines may choose between those of two operands.
"""

I32_BINARY = ["add", "add", "add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl"]
COMPARE = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"]
FLOAT_COMPARE = ["eq", "ne", "lt", "gt", "le", "ge"]
LOADS = {
    "i32": [("i32.load", 2), ("i32.load8_u", 0), ("i32.load8_s", 0), ("i32.load16_u", 1), ("i32.load16_s", 1)],
    "i64": [("i64.load", 3), ("i64.load32_u", 2), ("i64.load32_s", 2), ("i64.load8_u", 0), ("i64.load16_s", 1)],
    "f64": [("f64.load", 3)], "f32": [("f32.load", 2)],
}
STORES = {
    "i32": [("i32.store", 2), ("i32.store8", 0), ("i32.store16", 1)],
    "i64": [("i64.store", 3), ("i64.store32", 2), ("i64.store8", 0), ("i64.store16", 1)],
    "f64": [("f64.store", 3)], "f32": [("f32.store", 2)],
}
ATOMIC_WIDTHS = {"i32": [("", "", 4), ("8", "_u", 1), ("16", "_u", 2)],
                 "i64": [("", "", 8), ("8", "_u", 1), ("16", "_u", 2), ("32", "_u", 4)]}
KINDS = ["i32", "i32", "i32", "i32", "i64", "f64", "f32"]
SMALL = ["$a", "$b", "$c", "$d"]  # i32 locals below 2,048: addresses made of them are in bounds
LOCALS = {"i32": ["$p", "$q", "$x", "$y"] + SMALL, "i64": ["$r", "$u", "$v"], "f64": ["$s", "$f", "$g"],
          "f32": ["$h", "$k"]}


class Program:
    def __init__(self, rng):
        self.rng = rng
        self.loops = 0
        self.budget = rng.choice([40, 120, 400])

    def pick(self, choices):
        return self.rng.choice(choices)

    def constant(self, kind):
        if kind == "i32":
            return f"(i32.const {self.pick([0, 1, -1, 2, 3, 4, 7, 8, 255, 1024, 65535, -8, 2147483647, self.rng.getrandbits(31)])})"
        if kind == "i64":
            return f"(i64.const {self.pick([0, 1, -1, 8, 63, 4294967296, -2147483648, self.rng.getrandbits(62)])})"
        return f"({kind}.const {self.pick(['0', '1', '-1.5', '0.25', '3.5', '1e10'])})"

    def address(self, depth):
        """An i32 below 64 KiB less what any offset adds, mostly."""
        rng = self.rng
        base, index = f"(local.get {self.pick(SMALL)})", f"(local.get {self.pick(SMALL)})"
        constant = f"(i32.const {rng.choice([4, 8, 16, 1000, 4096])})"
        scaled = f"(i32.shl {index} (i32.const {rng.choice([1, 2, 3])}))"
        masked = f"(i32.and {self.value('i32', depth - 1)} (i32.const {rng.choice([255, 2047])}))"
        forms = [
            base, masked, f"(i32.add {base} {constant})", f"(i32.add {constant} {base})", f"(i32.add {base} {index})",
            scaled, f"(i32.add {base} {scaled})", f"(i32.add {scaled} {base})", f"(i32.add {scaled} {constant})",
            f"(i32.add (i32.add {base} {scaled}) {constant})", f"(i32.add {scaled} (i32.add {base} {constant}))",
            f"(i32.add (i32.sub {base} (i32.const -12)) {index})", f"(i32.add {base} {masked})",
            f"(i32.add {masked} {base})", f"(i32.shl (i32.add {base} {constant}) (i32.const 1))",
            f"(i32.add {base} (i32.shl {masked} (i32.const 2)))", f"(i32.add (i32.shl {masked} (i32.const 3)) {base})",
            f"(i32.add (local.tee {self.pick(SMALL)} {masked}) {index})",
        ]
        if rng.random() < 0.002:
            return self.value("i32", depth - 1)
        return rng.choice(forms)

    def offset(self):
        return self.rng.choice(["", "", "", " offset=4", " offset=100", " offset=4000"])

    def value(self, kind, depth):
        self.budget -= 1
        rng = self.rng
        if depth <= 0 or self.budget < 0 or rng.random() < 0.15:
            return self.constant(kind) if rng.random() < 0.3 else f"(local.get {self.pick(LOCALS[kind])})"
        choice = rng.random()
        if choice < 0.04 and kind[0] == "i":
            return self.atomic(kind, depth)
        if choice < 0.18:
            name, _ = self.pick(LOADS[kind])
            load = f"({name}{self.offset()} {self.address(depth)})"
            return load if kind[0] == "i" else f"(call $number_{kind} {load})"
        if choice < 0.24:
            condition = self.condition(depth - 1)
            return f"(select {self.value(kind, depth - 1)} {self.value(kind, depth - 1)} {condition})"
        if choice < 0.30:
            return (f"(if (result {kind}) {self.condition(depth - 1)} (then {self.value(kind, depth - 1)}) "
                    f"(else {self.value(kind, depth - 1)}))")
        if choice < 0.36:
            # A branch with a value; what it would have carried stays for the other way.
            op = "i32.add" if kind == "i32" else "i64.xor" if kind == "i64" else f"{kind}.add"
            return (f"(block (result {kind}) {self.value(kind, depth - 1)} (br_if 0 {self.condition(depth - 1)}) "
                    f"{self.value(kind, depth - 1)} {op})")
        if choice < 0.44 and kind != "i32":
            return f"(local.tee {self.pick(LOCALS[kind])} {self.value(kind, depth - 1)})"
        if choice < 0.44:
            return f"(local.tee {self.pick(['$p', '$q', '$x', '$y'])} {self.value(kind, depth - 1)})"
        if choice < 0.47 and kind == "i32":
            return f"(call $helper {self.value('i32', depth - 1)} {self.value('i32', depth - 1)})"
        if choice < 0.5 and kind == "i32":
            return (f"(call_indirect (param i32 i32) (result i32) {self.value('i32', depth - 1)} "
                    f"{self.value('i32', depth - 1)} (i32.and {self.value('i32', depth - 1)} (i32.const 1)))")
        return self.operation(kind, depth)

    def atomic(self, kind, depth):
        """An atomic load or modification, at an address that fits it, mostly."""
        width, suffix, size = self.pick(ATOMIC_WIDTHS[kind])
        address = self.address(depth)
        if self.rng.random() < 0.98:
            address = f"(i32.and {address} (i32.const -{size}))"
        where = f"{self.offset()} {address}"
        operation = self.pick(["load", "add", "sub", "and", "or", "xor", "xchg", "cmpxchg", "cmpxchg"])
        if operation == "load":
            return f"({kind}.atomic.load{width}{suffix}{where})"
        values = [self.value(kind, depth - 1) for _ in range(2 if operation == "cmpxchg" else 1)]
        return f"({kind}.atomic.rmw{width}.{operation}{suffix}{where} {' '.join(values)})"

    def operation(self, kind, depth):
        rng, value = self.rng, self.value
        if kind in ("i32", "i64"):
            choice = rng.random()
            if choice < 0.15:
                return self.condition(depth) if kind == "i32" else f"(i64.extend_i32_u {value('i32', depth - 1)})"
            if choice < 0.22:
                return f"(i32.wrap_i64 {value('i64', depth - 1)})" if kind == "i32" else f"(i64.extend_i32_s {value('i32', depth - 1)})"
            if choice < 0.3:
                return f"({kind}.{self.pick(['clz', 'ctz', 'popcnt', 'extend8_s'])} {value(kind, depth - 1)})"
            if choice < 0.33 and kind == "i32":
                return f"(i32.trunc_sat_f64_s {value('f64', depth - 1)})"
            if choice < 0.36:
                divisor = f"({kind}.or {value(kind, depth - 1)} ({kind}.const 1))"
                return f"({kind}.{self.pick(['div_u', 'rem_u'])} {value(kind, depth - 1)} {divisor})"
            right = self.constant(kind) if rng.random() < 0.4 else value(kind, depth - 1)
            return f"({kind}.{self.pick(I32_BINARY)} {value(kind, depth - 1)} {right})"
        choice = rng.random()
        if choice < 0.15:
            return f"({kind}.convert_i32_s {value('i32', depth - 1)})"
        if choice < 0.25:
            return f"({kind}.{self.pick(['ceil', 'sqrt', 'floor', 'trunc', 'nearest'])} {value(kind, depth - 1)})"
        if choice < 0.3:
            return f"(f64.promote_f32 {value('f32', depth - 1)})" if kind == "f64" else f"(f32.demote_f64 {value('f64', depth - 1)})"
        if choice < 0.45:
            op = self.pick(["add", "sub"])
            return f"({kind}.{op} {value(kind, depth - 1)} ({kind}.mul {value(kind, depth - 1)} {value(kind, depth - 1)}))"
        return f"({kind}.{self.pick(['add', 'sub', 'mul', 'div', 'min', 'max'])} {value(kind, depth - 1)} {value(kind, depth - 1)})"

    def condition(self, depth):
        rng = self.rng
        kind = self.pick(["i32", "i32", "i32", "i64", "f64", "f32"])
        if rng.random() < 0.15:
            return f"(i32.eqz {self.value('i32', depth - 1)})"
        if rng.random() < 0.1:
            return f"(local.get {self.pick(LOCALS['i32'])})"
        comparisons = COMPARE if kind[0] == "i" else FLOAT_COMPARE
        right = self.constant(kind) if rng.random() < 0.4 else self.value(kind, depth - 1)
        return f"({kind}.{self.pick(comparisons)} {self.value(kind, depth - 1)} {right})"

    def statement(self, depth):
        self.budget -= 1
        rng = self.rng
        choice = rng.random()
        if choice < 0.25 or depth <= 0 or self.budget < 0:
            kind = self.pick(KINDS)
            if kind == "i32" and rng.random() < 0.5:
                return f"(local.set {self.pick(SMALL)} (i32.and {self.value('i32', 3)} (i32.const 2047)))"
            names = LOCALS[kind] if kind != "i32" else ["$p", "$q", "$x", "$y"]
            return f"(local.set {self.pick(names)} {self.value(kind, 3)})"
        if choice < 0.5:
            kind = self.pick(KINDS)
            if kind[0] == "i" and rng.random() < 0.1:
                width, _, size = self.pick(ATOMIC_WIDTHS[kind])
                address = f"(i32.and {self.address(3)} (i32.const -{size}))"
                return f"({kind}.atomic.store{width}{self.offset()} {address} {self.value(kind, 3)})"
            name, _ = self.pick(STORES[kind])
            return f"({name}{self.offset()} {self.address(3)} {self.value(kind, 3)})"
        if choice < 0.62:
            return f"(if {self.condition(3)} (then {self.body(depth - 1)}) (else {self.body(depth - 1)}))"
        if choice < 0.74 and self.loops < 3:
            self.loops += 1
            counter = f"$l{self.loops}"
            body = self.body(depth - 1)
            self.loops -= 1
            step = (f"(br_if 0 (i32.ne (local.tee {counter} (i32.sub (local.get {counter}) (i32.const 1))) (i32.const 0)))"
                    if rng.random() < 0.5 else
                    f"(local.set {counter} (i32.sub (local.get {counter}) (i32.const 1))) (br_if 0 (local.get {counter}))")
            return f"(local.set {counter} (i32.const {rng.choice([1, 2, 5])})) (loop {body} {step})"
        if choice < 0.82:
            return f"(block {self.body(depth - 1)} (br_if 0 {self.condition(2)}) {self.body(depth - 1)})"
        if choice < 0.92:
            # A switch.
            return ("(block (block (block (block (br_table 0 1 2 3 1 "
                    f"(i32.and {self.value('i32', 2)} (i32.const 7)))) {self.body(depth - 1)} (br 2)) "
                    f"{self.body(depth - 1)} (br 1)) {self.body(depth - 1)})")
        if choice < 0.95:
            return f"(if {self.condition(2)} (then (return {self.value('i64', 3)})))"
        if choice < 0.97:
            return f"(global.set $t {self.value('i64', 2)})"
        return ("(memory.copy (local.get $a) (local.get $b) (i32.const 40))" if rng.random() < 0.5 else
                f"(memory.fill (local.get $c) {self.value('i32', 2)} (local.get $d))")

    def body(self, depth):
        return " ".join(self.statement(depth) for _ in range(self.rng.choice([1, 1, 2, 3])))


def program(rng, kind=Program, fields="", helpers="", more_locals=""):
    """A module in the text format: a few functions over one memory, and what the kind of program needs."""
    functions = []
    for index in range(rng.choice([1, 2, 4])):
        made = kind(rng)
        statements = " ".join(made.statement(3) for _ in range(rng.choice([2, 5, 10])))
        locals_of = " ".join(f"(local {name} {kind})" for kind, names in LOCALS.items() for name in names
                             if name not in ("$p", "$q", "$r", "$s"))
        functions.append(
            f'(func (export "f{index}") (param $p i32) (param $q i32) (param $r i64) (param $s f64) (result i64) '
            f"{locals_of} {more_locals} (local $l1 i32) (local $l2 i32) (local $l3 i32) "
            f"(local.set $a (i32.and (local.get $p) (i32.const 2047))) (local.set $b (i32.and (local.get $q) (i32.const 255))) "
            f"{statements} (i64.xor {made.value('i64', 3)} (i64.extend_i32_u {made.value('i32', 3)})))")
    data = "".join(f"\\{byte:02x}" for byte in rng.randbytes(512))
    return (
        f'(module (memory (export "memory") 1 1) (global $t (export "t") (mut i64) (i64.const 3)) '
        f'(table 2 2 funcref) (elem (i32.const 0) $helper $other) (data (i32.const 0) "{data}") '
        "(func $helper (param i32 i32) (result i32) (local i32) (i32.add (i32.mul (local.get 0) (i32.const 31)) "
        "(i32.xor (local.get 1) (local.get 2)))) "
        "(func $number_f64 (param f64) (result f64) (select (local.get 0) (f64.const 2) (f64.eq (local.get 0) (local.get 0)))) "
        "(func $number_f32 (param f32) (result f32) (select (local.get 0) (f32.const 2) (f32.eq (local.get 0) (local.get 0)))) "
        "(func $other (param i32 i32) (result i32) (if (result i32) (i32.lt_u (local.get 0) (local.get 1)) "
        "(then (i32.sub (local.get 1) (local.get 0))) (else (i32.load8_u (i32.and (local.get 0) (i32.const 511)))))) "
        + fields + helpers + " ".join(functions) + ")")
