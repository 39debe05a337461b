//! A run path for the tests of this package. How a program finds the library when it runs is the program's business
//! (README.md).

use std::env;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let (Ok(folder), true) = (env::var("DEP_HANZO_WASM_LIBDIR"), Path::new("tests").exists()) {
        println!("cargo:rustc-link-arg-tests=-Wl,-rpath,{folder}");
    }
}
