;; Ends with the number that is its first argument; without one, _start returns.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $arguments (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (local $at i32) (local $number i32) (local $digit i32)
    (drop (call $sizes (i32.const 0) (i32.const 4)))
    (if (i32.lt_u (i32.load (i32.const 0)) (i32.const 2)) (then (return)))
    (drop (call $arguments (i32.const 16) (i32.const 1024)))
    (local.set $at (i32.load (i32.const 20)))
    (block $done
      (loop $next
        (local.set $digit (i32.load8_u (local.get $at)))
        (br_if $done (i32.eqz (local.get $digit)))
        (local.set $number
          (i32.add (i32.mul (local.get $number) (i32.const 10)) (i32.sub (local.get $digit) (i32.const 48))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next)))
    (call $exit (local.get $number))))
