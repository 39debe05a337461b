;; Prints the name of the directory that is descriptor 3, and then what is in its file in.txt; with an argument, writes
;; out.txt there instead. Ends with the error's number.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $preopen (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_dir_name" (func $name (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "in.txtout.txtmade\n")
  (func $check (param $error i32) (if (local.get $error) (then (call $exit (local.get $error)))))
  (func $put (param $descriptor i32) (param $address i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $address))
    (i32.store (i32.const 4) (local.get $length))
    (call $check (call $write (local.get $descriptor) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start")
    (call $check (call $preopen (i32.const 3) (i32.const 16)))
    (call $check (call $name (i32.const 3) (i32.const 1024) (i32.load (i32.const 20))))
    (call $put (i32.const 1) (i32.const 1024) (i32.load (i32.const 20)))
    (call $put (i32.const 1) (i32.const 117) (i32.const 1))
    (drop (call $sizes (i32.const 24) (i32.const 28)))
    (if (i32.gt_u (i32.load (i32.const 24)) (i32.const 1))
      (then
        ;; To create and to truncate it (1 + 8), with the right to write (64).
        (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 106) (i32.const 7) (i32.const 9)
          (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 32)))
        (call $put (i32.load (i32.const 32)) (i32.const 113) (i32.const 5)))
      (else
        (call $check (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 6) (i32.const 0)
          (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
        (i32.store (i32.const 0) (i32.const 4096))
        (i32.store (i32.const 4) (i32.const 4096))
        (call $check (call $read (i32.load (i32.const 32)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $put (i32.const 1) (i32.const 4096) (i32.load (i32.const 8)))))))
