//! The tools: modules that nobody has to trust.

pub const ADD: &str = r#"(module (func (export "run") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b))))"#;

/// A tool of its own for each number: it works for a while and returns its parameter plus the number.
pub fn counting(number: i64) -> String {
    format!(
        r#"(module (func (export "run") (param i64) (result i64) (local $count i32)
            (loop $again
                (local.set $count (i32.add (local.get $count) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $count) (i32.const 100000))))
            (i64.add (local.get 0) (i64.const {number}))))"#
    )
}

/// A tool in the binary format that takes documents, says so in its section `hanzo.abi`, and answers with what it got:
///
/// ```wat
/// (module (memory 1) (func (export "run") (param i32 i32) (result i64)
///   (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32)) (i64.extend_i32_u (local.get 1)))))
/// ```
pub fn document() -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    let mut section = |id: u8, contents: &[u8]| {
        module.extend([id, contents.len() as u8]);
        module.extend(contents);
    };
    section(1, &[1, 0x60, 2, 0x7f, 0x7f, 1, 0x7e]);
    section(3, &[1, 0]);
    section(5, &[1, 0, 1]);
    section(7, b"\x01\x03run\0\0");
    section(10, &[1, 12, 0, 0x20, 0, 0xad, 0x42, 32, 0x86, 0x20, 1, 0xad, 0x84, 0x0b]);
    section(0, b"\x09hanzo.abidocument");
    module
}

/// Answers with the contents of `note.json` in the first directory that it was given, or with the number of the error:
/// 8 if there is no directory, 44 if there is no file, 63 if it may not do that.
///
/// `run` only reads; `overwrite` wants to write, too.
pub const NOTE: &str = r#"(module
    (import "wasi_snapshot_preview1" "path_open"
        (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (import "env" "output_write" (func $answer (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 64) "note.json")
    (func $open (param $rights i64) (result i32)
        (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 9) (i32.const 0)
            (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 16)))
    (func (export "overwrite") (param i32 i32) (result i32) (call $open (i64.const 66)))
    (func (export "run") (param i32 i32) (result i32) (local $error i32)
        (local.set $error (call $open (i64.const 2)))
        (if (local.get $error) (then (return (local.get $error))))
        (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 4096))
        (drop (call $fd_read (i32.load (i32.const 16)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (drop (call $answer (i32.const 1024) (i32.load (i32.const 8))))
        (i32.const 0)))"#;

/// Asks the node who a user is, and answers with what it says.
pub const ASKS: &str = r#"(module
    (import "node" "user" (func $user (param i32 i32) (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 16) "ada")
    (func (export "run") (param i32 i32) (result i64) (call $user (i32.const 16) (i32.const 3))))"#;

/// Wants 256 MiB from the beginning.
pub const GREEDY: &str = r#"(module (memory 4096) (func (export "run")))"#;

/// What tools should not do.
pub const HOSTILE: &str = r#"(module (memory (export "memory") 1)
    (func (export "spin") (loop $again (br $again)))
    (func (export "bomb")
        (loop $again (br_if $again (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
        (i32.store (i32.mul (memory.size) (i32.const 65536)) (i32.const 1)))
    (func (export "crash") unreachable)
    (func $dive (export "dive") (call $dive)))"#;
