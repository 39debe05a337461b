//! What crosses the border: texts, bytes, and calls in the other direction.

use crate::{ffi, Error};
use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr;

/// A text for the library.
pub(crate) fn text(text: &str) -> Result<CString, Error> {
    CString::new(text)
        .map_err(|_| Error::new(ffi::HANZO_WASM_INVALID_ARGUMENTS, "caller", "A text contains a NUL."))
}

/// Bytes for the library, which copies them during the call. Never NULL.
pub(crate) fn bytes(bytes: &[u8]) -> ffi::hanzo_wasm_bytes {
    ffi::hanzo_wasm_bytes { data: bytes.as_ptr(), length: bytes.len() }
}

pub(crate) const NO_BYTES: ffi::hanzo_wasm_bytes = ffi::hanzo_wasm_bytes { data: ptr::null(), length: 0 };

/// Bytes of the library.
///
/// # Safety
///
/// They must live for `'a`.
pub(crate) unsafe fn slice<'a>(bytes: ffi::hanzo_wasm_bytes) -> &'a [u8] {
    if bytes.data.is_null() {
        &[]
    } else {
        std::slice::from_raw_parts(bytes.data, bytes.length)
    }
}

/// A text of the library; empty for NULL.
///
/// # Safety
///
/// It must live for `'a`.
pub(crate) unsafe fn bytes_of_text<'a>(text: *const c_char) -> &'a [u8] {
    if text.is_null() {
        &[]
    } else {
        CStr::from_ptr(text).to_bytes()
    }
}

/// A text that lives as long as the library, which is never unloaded.
pub(crate) fn static_text(text: *const c_char) -> Option<&'static str> {
    if text.is_null() {
        return None;
    }
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// A text that the library hands over; `None` for NULL.
pub(crate) fn take_string(text: *mut c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    let copy = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    unsafe { ffi::hanzo_wasm_free(text) };
    Some(copy)
}

/// Ok, or the error of the function that has just returned this code.
pub(crate) fn check(code: i32) -> Result<(), Error> {
    if code == ffi::HANZO_WASM_OK {
        Ok(())
    } else {
        Err(Error::last(code))
    }
}

/// Calls a function that answers with a text.
pub(crate) fn answer(body: impl FnOnce(*mut *mut c_char) -> i32) -> Result<String, Error> {
    let mut answer = ptr::null_mut();
    check(body(&mut answer))?;
    Ok(take_string(answer).unwrap_or_default())
}

/// A text as JSON spells it.
pub(crate) fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\0'..='\x1f' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

thread_local! {
    static CALLBACKS: Cell<usize> = const { Cell::new(0) };
}

/// Whether this thread is in a callback of the library.
pub(crate) fn is_in_callback() -> bool {
    CALLBACKS.try_with(|count| count.get() > 0).unwrap_or(false)
}

/// Runs what the library called. A panic ends here.
pub(crate) fn in_callback(body: impl FnOnce()) {
    let change = |by: isize| {
        let _ = CALLBACKS.try_with(|count| count.set(count.get().wrapping_add(by as usize)));
    };
    change(1);
    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {
        // Dropping it could panic again. The panic hook has said what there is to say.
        std::mem::forget(payload);
    }
    change(-1);
}
