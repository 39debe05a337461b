;; Texts in both directions, and messages: one that tries to look like the command's own output.
(module
  (import "env" "log" (func $log (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "Hello, world!\00")
  (data (i32.const 64) "first line\0aerror: forged\1b[31m")
  (func (export "hello") (result i32) (i32.const 16))
  (func (export "log_lines") (result i32)
    (call $log (i32.const 64) (i32.const 29))
    (i32.const 1))
  (func (export "log_and_trap")
    (call $log (i32.const 16) (i32.const 5))
    unreachable))
