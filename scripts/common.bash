# Shared by the scripts of this folder (source it, do not run it): where things are and how they speak.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
release_directory="$root/.build/release"
worker="$release_directory/hanzo-wasm-worker"
command_line="$release_directory/hanzo-wasm"

# The version of what is built here, or nothing if it cannot be read.
package_version() { sed -n 's/.*packageVersion = "\(.*\)"$/\1/p' "$root/protocol/swift/BuildIdentity.swift"; }

# SwiftPM's check that each `import` of a target is a declared dependency of that target.
build_options=(--package-path "$root" --explicit-target-dependency-import-check error)

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Builds one product optimised. The worker's C dispatch loop is several times slower in a debug
# build, so everything that runs guests, tests included, uses the release worker.
build_release() {
  swift build "${build_options[@]}" -c release --product "$1" </dev/null
}

# A static worker has no dynamic section: no loader, no LD_PRELOAD, nothing to open at start.
check_worker_is_static() {
  local section
  section="$(LC_ALL=C readelf -d "$worker" 2>&1)" || fail "readelf cannot read $worker: $section"
  case "$section" in
    *"There is no dynamic section"*) printf 'the worker is static: readelf -d finds no dynamic section\n' ;;
    *) fail "the worker has a dynamic section:
$section" ;;
  esac
}

# The newest version of glibc whose symbols these files need.
newest_glibc() {
  objdump -T "$@" | sed -n 's/.*(GLIBC_\([0-9.]*\)).*/\1/p' | sort -V | tail -n 1
}
