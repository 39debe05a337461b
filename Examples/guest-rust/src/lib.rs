//! The same tool as ../guest-c/quote.c, without a standard library: functions that the embedder calls, one of which asks
//! the embedder's `env.lookup(string) -> json`.
//!
//! ```sh
//! rustup target add wasm32-unknown-unknown     # Debian: apt-get install libstd-rust-dev-wasm32
//! cargo build --release --target wasm32-unknown-unknown
//! ```
// On other targets it can be checked only (`cargo check`).
#![cfg_attr(target_arch = "wasm32", no_std)]

use core::cell::UnsafeCell;
use core::fmt::{self, Write};

// ---- What the runtime and the embedder provide (GUEST-ABI.md) ----

#[link(wasm_import_module = "env")]
extern "C" {
    fn log(address: *const u8, length: usize);
    /// lookup(string) -> json
    fn lookup(name: *const u8, length: usize) -> i64;
}

/// What a function whose result is a string, bytes or json returned: the address in the high half, the length in the
/// low half.
///
/// # Safety
/// `packed` is such a result, and nothing else refers to the memory behind it.
unsafe fn unpack(packed: i64) -> &'static [u8] {
    let (address, length) = ((packed as u64 >> 32) as usize, packed as u32 as usize);
    if length == 0 {
        return &[];
    }
    core::slice::from_raw_parts(address as *const u8, length)
}

/// An answer to a document.
fn pack(answer: &[u8]) -> i64 {
    ((answer.as_ptr() as u64) << 32 | answer.len() as u64) as i64
}

/// A value that this single-threaded program changes.
struct Global<T>(UnsafeCell<T>);
unsafe impl<T> Sync for Global<T> {}

// ---- The allocator by which the runtime brings documents and results into the memory ----

const HEAP_BYTES: usize = 256 * 1024;

#[repr(align(16))]
struct Heap([u8; HEAP_BYTES]);

static HEAP: Global<Heap> = Global(UnsafeCell::new(Heap([0; HEAP_BYTES])));
static USED: Global<usize> = Global(UnsafeCell::new(0));

/// A block of 16-byte alignment, or null if there is no room. Blocks are given back all at once, by `release`.
#[no_mangle]
pub extern "C" fn alloc(size: usize) -> *mut u8 {
    unsafe {
        let used = &mut *USED.0.get();
        if size > HEAP_BYTES - *used {
            return core::ptr::null_mut();
        }
        let block = core::ptr::addr_of_mut!((*HEAP.0.get()).0)
            .cast::<u8>()
            .add(*used);
        *used = HEAP_BYTES.min((*used + size + 15) & !15);
        block
    }
}

/// Takes all blocks back: for instances that the embedder keeps. A call of an instance of its own need not.
fn release() {
    unsafe { *USED.0.get() = 0 }
}

// ---- The tool ----

static ANSWERS: Global<u32> = Global(UnsafeCell::new(0));
static ANSWER: Global<Text> = Global(UnsafeCell::new(Text {
    bytes: [0; 512],
    length: 0,
}));

/// Text of a bounded length.
struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes
            .get_mut(self.length..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// `{"name": "apple", "count": 3}` to `{"name":"apple","count":3,"total":375,"number":1}`, where `number` counts the
/// answers of this instance.
///
/// # Safety
/// The runtime calls it with a document in the memory.
#[no_mangle]
pub unsafe extern "C" fn quote_json(document: *const u8, length: usize) -> i64 {
    let answer = &mut *ANSWER.0.get();
    answer.length = 0;
    let result = match core::str::from_utf8(core::slice::from_raw_parts(document, length)) {
        Ok(text) => quote(text, answer),
        Err(_) => answer.write_str(r#"{"error":"not UTF-8"}"#),
    };
    release();
    if result.is_err() {
        return 0;
    }
    pack(&answer.bytes[..answer.length])
}

fn quote(document: &str, answer: &mut Text) -> fmt::Result {
    let (name, count) = match (string(document, "name"), number(document, "count")) {
        (Some(name), Some(count)) => (name, count),
        _ => return answer.write_str(r#"{"error":"a name and a count are needed"}"#),
    };
    // A failure of lookup ends the call, unless the embedder declared an error value.
    let row = unsafe { unpack(lookup(name.as_ptr(), name.len())) };
    let price = match core::str::from_utf8(row)
        .ok()
        .and_then(|row| number(row, "price"))
    {
        Some(price) => price,
        None => return answer.write_str(r#"{"error":"no such article"}"#),
    };
    unsafe { log(b"quoted".as_ptr(), 6) };
    let answers = unsafe { &mut *ANSWERS.0.get() };
    *answers += 1;
    let total = count * price;
    write!(
        answer,
        r#"{{"name":"{name}","count":{count},"total":{total},"number":{answers}}}"#
    )
}

// ---- Just enough JSON for an example: members of a flat object. A real tool uses a library. ----

/// What follows the colon of member `key`.
fn member<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = object;
    loop {
        let (_, behind) = rest.split_once('"')?;
        let (text, behind) = behind.split_once('"')?;
        match behind.trim_start().strip_prefix(':') {
            Some(value) if text == key => return Some(value.trim_start()),
            _ => rest = behind,
        }
    }
}

/// A string without escapes.
fn string<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let (text, _) = member(object, key)?.strip_prefix('"')?.split_once('"')?;
    if text.contains('\\') {
        None
    } else {
        Some(text)
    }
}

/// A whole number from 0 to a billion.
fn number(object: &str, key: &str) -> Option<u64> {
    let value = member(object, key)?;
    let end = value
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(value.len());
    if value[end..].starts_with(['.', 'e', 'E']) {
        return None;
    }
    value[..end]
        .parse()
        .ok()
        .filter(|number| *number <= 1_000_000_000)
}

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
