;; A function that calls two others; what the second costs is about ten times what the first does.
(module $profile
  (func $small (param i32) (result i32)
    (i32.add (i32.mul (local.get 0) (i32.const 3)) (i32.xor (local.get 0) (i32.const 7))))
  (func $large (param i32) (result i32) (local $left i32)
    (local.set $left (i32.const 10))
    (loop
      (local.set 0 (i32.add (local.get 0) (local.get $left)))
      (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (local.get 0))
  (func $run (export "run") (param $rounds i32) (result i32) (local i32)
    (loop
      (local.set 1 (call $large (call $small (local.get 1))))
      (br_if 0 (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.get 1))
  (func (export "give_up") (param i32) (drop (call $run (local.get 0))) unreachable))
