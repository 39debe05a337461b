;; Writes 256 KiB to standard output; ends with 0 if all of it was taken.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "\00\10\00\00\00\10\00\00")
  (func (export "_start") (local $left i32)
    (memory.fill (i32.const 4096) (i32.const 120) (i32.const 4096))
    (local.set $left (i32.const 64))
    (loop $next
      (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
      (br_if $next (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
