//! A run path for the program: it finds libhanzo_wasm.so where it was built with it.

fn main() {
    if let Ok(folder) = std::env::var("DEP_HANZO_WASM_RUNTIME_LIBDIR") {
        println!("cargo:rustc-link-arg-bins=-Wl,-rpath,{folder}");
    }
}
