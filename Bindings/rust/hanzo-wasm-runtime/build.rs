//! Hands the library's folder on, as `DEP_HANZO_WASM_RUNTIME_LIBDIR`, to the build scripts of programs, which may want a run
//! path (README.md). The tests of this package get one here.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let Ok(folder) = env::var("DEP_HANZO_WASM_LIBDIR") {
        println!("cargo:libdir={folder}");
        if Path::new("tests").exists() {
            println!("cargo:rustc-link-arg-tests=-Wl,-rpath,{folder}");
        }
    }
}
