# shellcheck shell=bash
# Shared by the scripts beside it: source it first. Sets `project` (the repository root), goes there, finds nvcc.

self=$(realpath "$0")
project=$(dirname "$(dirname "$(realpath "${BASH_SOURCE[0]}")")")
cd "$project" || exit

say() { printf '== %s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Prints the comment block that a script starts with, as its --help.
usage() { sed -n '2,/^[^#]/{/^#/!q; s/^# \{0,1\}//; p;}' "$self"; }

jobs=${QBATT_JOBS:-$(nproc)}
[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "QBATT_JOBS=$jobs: expected a number of parallel jobs, 1 or more"

# The CUDA toolkit's usual place is not on everybody's PATH.
if ! command -v nvcc >/dev/null; then
  cuda_bin=${CUDA_HOME:-/usr/local/cuda}/bin
  [[ ! -x $cuda_bin/nvcc ]] || PATH=$cuda_bin:$PATH
fi

# configure_and_build PRESET [CMAKE OPTION …]
configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" "$@"
  cmake --build --preset "$preset" --parallel "$jobs"
}

say_cuda() {
  if command -v nvcc >/dev/null; then
    say "nvcc found: $(command -v nvcc)"
  else
    say "nvcc not found: building without the CUDA module"
  fi
}
