//! Finds libhanzo_wasm.so: in `$HANZO_WASM_PREFIX/lib`, else where pkg-config says.
//!
//! The library's folder is handed to dependent packages as `DEP_HANZO_WASM_LIBDIR`. A run path is set for the tests of
//! this package only: how a program finds the library when it runs is the program's business (README.md).

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    for name in ["HANZO_WASM_PREFIX", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-link-lib=dylib=hanzo_wasm");
    if env::var_os("DOCS_RS").is_some() {
        return;
    }
    let folder = match env::var_os("HANZO_WASM_PREFIX").filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => {
            let folder = PathBuf::from(prefix).join("lib");
            let library = folder.join("libhanzo_wasm.so");
            if !library.exists() {
                fail(&format!("HANZO_WASM_PREFIX is set, but there is no {}.", library.display()));
            }
            folder
        }
        None => from_pkg_config(),
    };
    let folder = folder.canonicalize().unwrap_or(folder);
    println!("cargo:rustc-link-search=native={}", folder.display());
    if Path::new("tests").exists() {
        println!("cargo:rustc-link-arg-tests=-Wl,-rpath,{}", folder.display());
    }
    println!("cargo:libdir={}", folder.display());
}

fn from_pkg_config() -> PathBuf {
    let program = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    match Command::new(&program).args(["--print-errors", "--variable=libdir", "hanzo-wasm"]).output() {
        Ok(output) if output.status.success() => {
            PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end())
        }
        Ok(output) => fail(&format!(
            "HANZO_WASM_PREFIX is not set, and pkg-config does not know hanzo-wasm:\n{}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => fail(&format!("HANZO_WASM_PREFIX is not set, and {program:?} cannot be run: {error}")),
    }
}

fn fail(reason: &str) -> ! {
    eprintln!(
        "libhanzo_wasm.so was not found. {reason}\n\
         Set HANZO_WASM_PREFIX to the folder that the library was installed to (with lib/libhanzo_wasm.so below), or \
         PKG_CONFIG_PATH to the folder of hanzo-wasm.pc."
    );
    std::process::exit(1);
}
