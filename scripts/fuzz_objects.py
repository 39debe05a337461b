"""Random programs with structs, arrays, i31 references, casts and tail calls, for scripts/fuzz differential --objects.

They are those of fuzz_programs.py with references among their values: in locals, on the operand stack while objects are made and
functions are called, in globals, tables, fields and elements, and in exceptions.
"""

import fuzz_programs

TYPES = """
(rec (type $A (sub (struct (field $x (mut i32)) (field $n (mut (ref null $A))) (field $b (mut i8)))))
  (type $B (sub final $A (struct (field (mut i32)) (field (mut (ref null $A))) (field (mut i8)) (field $y (mut i64))
    (field $o (mut anyref)) (field $h (mut i16)) (field $d (mut f64))))))
(type $I (array (mut i32))) (type $S (array (mut i16))) (type $D (array (mut f64))) (type $R (array (mut anyref)))
(type $get (func (param (ref null $A)) (result i32)))
(tag $thrown (param i32 (ref null $A) anyref))
(global $ga (mut (ref null $A)) (struct.new $B (i32.const 5) (struct.new_default $A) (i32.const 200) (i64.const 7) (ref.i31 (i32.const 9))
  (i32.const 70000) (f64.const 2)))
(global $go (mut anyref) (array.new $I (i32.const 3) (i32.const 9)))
(table $objects 8 anyref (ref.i31 (i32.const 77)))
(elem $parts anyref (ref.i31 (i32.const -1)) (struct.new $A (i32.const 8) (ref.null $A) (i32.const 1)) (array.new_default $S (i32.const 3)))
(elem declare func $a_x $a_b)
"""

HELPERS = """
(func $a_x (type $get) (if (result i32) (ref.is_null (local.get 0)) (then (i32.const -7)) (else (struct.get $A $x (local.get 0)))))
(func $a_b (type $get) (block (br_on_null 0 (local.get 0)) (return (struct.get_s $A $b))) (i32.const 11))
(func $a_n (param (ref null $A)) (result (ref null $A)) (block (result (ref null $A)) (br_on_null 0 (ref.null $A) (local.get 0))
  (return (struct.get $A $n)) ))
(func $i_at (param (ref null $I) i32) (result i32) (if (result i32) (ref.is_null (local.get 0)) (then (i32.const 13)) (else
  (if (result i32) (i32.lt_u (local.get 1) (array.len (local.get 0))) (then (array.get $I (local.get 0) (local.get 1)))
    (else (array.len (local.get 0)))))))
(func $s_at (param (ref null $S) i32) (result i32) (if (result i32) (ref.is_null (local.get 0)) (then (i32.const 13)) (else
  (if (result i32) (i32.lt_u (local.get 1) (array.len (local.get 0))) (then (array.get_s $S (local.get 0) (local.get 1)))
    (else (array.get_u $S (local.get 0) (i32.const 0)))))))
(func $number (param anyref) (result i32) (local i31ref)
  (block $i (result i31ref) (block $a (result (ref null $A)) (block $array (result (ref array))
    (br_on_cast $i anyref i31ref (local.get 0)) (br_on_cast $a anyref (ref null $A)) (br_on_cast $array anyref (ref array))
    (drop) (return (i32.const 21)))
    (return (array.len))) (return (call $a_x)))
  (local.set 1)
  (if (result i32) (ref.is_null (local.get 1)) (then (i32.const 22)) (else (i31.get_s (local.get 1)))))
(func $chain (param i32) (result (ref null $A)) (local (ref null $A))
  (loop (local.set 1 (struct.new $A (local.get 0) (local.get 1) (i32.const 3)))
    (br_if 0 (local.tee 0 (i32.sub (i32.and (local.get 0) (i32.const 31)) (i32.const 1)))))
  (local.get 1))
(func $again (param i32 (ref null $A)) (result (ref null $A))
  (if (result (ref null $A)) (i32.le_s (local.get 0) (i32.const 0)) (then (local.get 1)) (else
    (return_call $again (i32.sub (i32.and (local.get 0) (i32.const 15)) (i32.const 1)) (struct.new $A (local.get 0) (local.get 1) (i32.const 4))))))
(func $fail (param i32 (ref null $A) anyref) (result anyref) (throw $thrown (local.get 0) (local.get 1) (local.get 2)))
"""

LOCALS = {"A": ["$ra", "$rb", "$rc"], "B": ["$rB"], "I": ["$ri", "$rj"], "S": ["$rs"], "R": ["$rr"], "any": ["$ro", "$rp"]}
TYPE = {kind: f"(ref null ${kind})" for kind in "ABISR"} | {"any": "anyref"}
KINDS = ["A", "A", "A", "B", "I", "I", "S", "R", "any", "any"]


class Program(fuzz_programs.Program):
    def reference(self, kind, depth):
        """A value of the reference type."""
        self.budget -= 1
        rng, pick = self.rng, self.pick
        if depth <= 0 or self.budget < 0 or rng.random() < 0.2:
            return f"(local.get {pick(LOCALS[kind])})"
        number = lambda: self.value("i32", depth - 1)
        same = lambda: self.reference(kind, depth - 1)
        choice = rng.random()
        if choice < 0.08:
            return f"(if (result {TYPE[kind]}) {self.condition(depth - 1)} (then {same()}) (else {same()}))"
        if choice < 0.14:
            return f"(select (result {TYPE[kind]}) {same()} {same()} {self.condition(depth - 1)})"
        if choice < 0.22:
            return f"(local.tee {pick(LOCALS[kind])} {same()})"
        if choice < 0.26:
            return f"(block (result {TYPE[kind]}) {same()} (br_if 0 {self.condition(depth - 1)}) (drop) {same()})"
        if choice < 0.3 and kind not in ("any",):
            # What was meant, or another object of the type.
            cast = f"(br_on_cast 0 anyref {TYPE[kind]} {self.reference('any', depth - 1)})"
            return f"(block (result {TYPE[kind]}) {cast} (drop) {same()})"
        small = f"(i32.and {number()} (i32.const {pick([3, 7, 15, 31])}))"
        if kind == "A":
            return pick([
                lambda: f"(struct.new $A {number()} {same()} {number()})", lambda: self.reference("B", depth - 1),
                lambda: f"(call $a_n {same()})", lambda: f"(call $chain {number()})", lambda: f"(call $again {number()} {same()})",
                lambda: "(global.get $ga)", lambda: "(struct.new_default $A)", lambda: f"(ref.as_non_null (struct.new $A {number()} {same()} {number()}))",
            ])()
        if kind == "B":
            return pick([
                lambda: (f"(struct.new $B {number()} {self.reference('A', depth - 1)} {number()} {self.value('i64', depth - 1)} "
                         f"{self.reference('any', depth - 1)} {number()} {self.value('f64', depth - 1)})"),
                lambda: "(struct.new_default $B)",
            ])()
        if kind in "IS":
            return pick([
                lambda: f"(array.new ${kind} {number()} (i32.add {small} (i32.const 1)))",
                lambda: f"(array.new_default ${kind} (i32.add {small} (i32.const 1)))",
                lambda: f"(array.new_fixed ${kind} 3 {number()} {number()} {number()})",
                lambda: f"(array.new_data ${kind} $bytes {small} (i32.const {pick([1, 4, 16])}))",
            ])()
        if kind == "R":
            return pick([
                lambda: f"(array.new $R {self.reference('any', depth - 1)} (i32.add {small} (i32.const 1)))",
                lambda: f"(array.new_fixed $R 2 {self.reference('any', depth - 1)} {self.reference('A', depth - 1)})",
                lambda: "(array.new_elem $R $parts (i32.const 1) (i32.const 2))",
            ])()
        return pick([
            lambda: f"(ref.i31 {number()})", lambda: self.reference(pick("AABISR"), depth - 1), lambda: "(global.get $go)",
            lambda: f"(table.get $objects (i32.and {number()} (i32.const 7)))",
            lambda: f"(struct.get $B $o (ref.as_non_null {self.reference('B', depth - 1)}))" if rng.random() < 0.1 else "(ref.null any)",
            lambda: f"(any.convert_extern (extern.convert_any {self.reference('any', depth - 1)}))",
            lambda: (f"(block (result i32 (ref null $A) anyref) (try_table (result anyref) (catch $thrown 0) "
                     f"(call $fail {number()} {self.reference('A', depth - 1)} {self.reference('any', depth - 1)})) "
                     f"(return (i64.const 1))) (local.set $ro) (local.set $ra) (drop) (local.get $ro)"),
        ])()

    def value(self, kind, depth):
        if kind == "i32" and depth > 0 and self.budget > 0 and self.rng.random() < 0.3:
            self.budget -= 1
            other = lambda: self.reference("any", depth - 1)
            at = lambda: f"(i32.and {self.value('i32', depth - 1)} (i32.const 31))"
            return self.pick([
                lambda: f"(call $a_x {self.reference('A', depth - 1)})", lambda: f"(call $a_b {self.reference('A', depth - 1)})",
                lambda: f"(call $i_at {self.reference('I', depth - 1)} {at()})",
                lambda: f"(call $s_at {self.reference('S', depth - 1)} {at()})", lambda: f"(call $number {other()})",
                lambda: f"(ref.test (ref {self.pick(['$A', '$B', '$I', 'array', 'struct', 'eq', 'i31', 'null $B'])}) {other()})",
                lambda: f"(ref.is_null {other()})",
                lambda: f"(ref.eq {self.reference('A', depth - 1)} {self.reference(self.pick('ABI'), depth - 1)})",
                lambda: f"(call_ref $get {self.reference('A', depth - 1)} (ref.func {self.pick(['$a_x', '$a_b'])}))",
                lambda: f"(struct.get_u $A $b (ref.as_non_null (struct.new $A (i32.const 1) {self.reference('A', depth - 1)} {self.value('i32', depth - 1)})))",
            ])()
        return super().value(kind, depth)

    def statement(self, depth):
        if self.rng.random() < 0.55 or self.budget < 0:
            return super().statement(depth)
        self.budget -= 1
        number = lambda: self.value("i32", 2)
        kind = self.pick(KINDS)
        guarded = lambda name, form: f"(if (i32.eqz (ref.is_null (local.get {name}))) (then {form}))"
        a, i, r = self.pick(LOCALS["A"]), self.pick(LOCALS["I"]), "$rr"
        within = lambda name, at: f"(i32.rem_u {at} (array.len (local.get {name})))"
        return self.pick([
            lambda: f"(local.set {self.pick(LOCALS[kind])} {self.reference(kind, 3)})",
            lambda: f"(local.set {self.pick(LOCALS[kind])} {self.reference(kind, 3)})",
            lambda: guarded(a, f"(struct.set $A {self.pick(['$x', '$b'])} (local.get {a}) {number()})"),
            lambda: f"(if (i32.eqz (ref.is_null (local.get {a}))) (then (struct.set $A $n (local.get {a}) {self.reference('A', 2)})))"
                    if self.rng.random() < 0.3 else guarded("$rB", f"(struct.set $B $o (local.get $rB) {self.reference('any', 2)})"),
            lambda: guarded("$rB", f"(struct.set $B $y (local.get $rB) (i64.add (struct.get $B $y (local.get $rB)) {self.value('i64', 2)}))"),
            lambda: f"(local.set $rj (local.get {i})) " + guarded("$rj", f"(array.set $I (local.get $rj) {within('$rj', number())} {number()})"),
            lambda: guarded("$rs", f"(array.fill $S (local.get $rs) (i32.const 0) {number()} {within('$rs', number())})"),
            lambda: guarded(r, f"(local.set $ro {self.reference('any', 2)}) (array.set $R (local.get {r}) (i32.const 0) (local.get $ro))")
                    if self.rng.random() < 0.9 else f"(array.set $R (local.get {r}) {number()} (local.get $ro))",
            lambda: guarded(i, f"(array.copy $I $I (local.get {i}) (i32.const 0) (local.get {i}) {within(i, number())} (i32.const 1))"),
            lambda: f"(global.set $go {self.reference('any', 3)})", lambda: f"(global.set $ga {self.reference('A', 3)})",
            lambda: f"(table.set $objects (i32.and {number()} (i32.const 7)) {self.reference('any', 3)})",
            lambda: f"(table.fill $objects (i32.const 2) {self.reference('any', 2)} (i32.const 3))",
            lambda: "(table.init $objects $parts (i32.const 1) (i32.const 0) (i32.const 2))",
        ])()


def program(rng):
    """A module in the text format."""
    locals_of = " ".join(f"(local {name} {TYPE[kind]})" for kind, names in LOCALS.items() for name in names)
    return fuzz_programs.program(rng, Program, TYPES + '(data $bytes "' + "".join(f"\\{byte:02x}" for byte in rng.randbytes(256)) + '")',
                                 HELPERS, locals_of)
