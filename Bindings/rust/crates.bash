# For the scripts here and Examples/rust-node/run, which source it: crates from Debian's packages, which need no registry.
# shellcheck shell=bash

debian_registry=/usr/share/cargo/registry
debian_packages=(librust-serde-dev librust-serde-derive-dev librust-serde-json-dev librust-anyhow-dev librust-tokio-dev)
# Arguments for cargo's subcommands.
debian_source=(
  --config 'source.crates-io.replace-with="debian"'
  --config "source.debian.directory=\"$debian_registry\""
)

# Whether Debian's crates are here. Installs them (and the packages that are named) if that is possible.
have_debian_crates() {
  if ! compgen -G "$debian_registry/serde_json-1*" >/dev/null || ! compgen -G "$debian_registry/tokio-1*" >/dev/null ||
    ! compgen -G "$debian_registry/anyhow-1*" >/dev/null; then
    install_packages "${debian_packages[@]}" || return 1
  fi
}

# install_packages PACKAGE...
install_packages() {
  local administrator=()
  command -v apt-get >/dev/null || return 1
  if [ "$(id -u)" -ne 0 ]; then administrator=(sudo -n); fi
  printf 'installing %s\n' "$*" >&2
  DEBIAN_FRONTEND=noninteractive "${administrator[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}
