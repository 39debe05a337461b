;; Writes its arguments to standard output and its environment to standard error, as it gets them: each ends with a NUL.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $arguments_size (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $arguments (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environment_size (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environment (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; The vector at 0 has the length that the sizes left at 4.
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 4096))
    (drop (call $arguments_size (i32.const 12) (i32.const 4)))
    (drop (call $arguments (i32.const 1024) (i32.const 4096)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $environment_size (i32.const 12) (i32.const 4)))
    (drop (call $environment (i32.const 1024) (i32.const 4096)))
    (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))))
