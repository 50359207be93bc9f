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

# Makes the virtual environment build-python/venv with what builds the Python package. Sets `pip`, to call it, and `python_build`, the
# options that build the package of the folder itself, so that what has been compiled is kept; without the module of CUDA.
python_environment() {
  local venv=build-python/venv
  [[ -x $venv/bin/python ]] || python3 -m venv "$venv"
  pip=("$venv/bin/pip" --quiet --disable-pip-version-check)
  "${pip[@]}" install 'scikit-build-core>=0.11' 'nanobind>=2.4'
  export CMAKE_BUILD_PARALLEL_LEVEL=$jobs
  # shellcheck disable=SC2034  # used by those who source this file
  python_build=(--no-build-isolation --config-settings build-dir=build-python --config-settings cmake.define.QBATT_CUDA=OFF)
}

# The site of the documents (scripts/site), of the package that is installed in build-python/venv.
build_site() {
  local folder=build-python/site
  # All pages, as each has links to others.
  rm -rf "$folder"
  build-python/venv/bin/python -m sphinx --quiet --fail-on-warning --keep-going -c docs -d "$folder/doctrees" . "$folder/html"
  say "site: $folder/html/index.html"
}

# The program of the preset release, where it has not been built.
need_program() {
  [[ ! -x build/qbatt ]] || return 0
  cmake --preset release
  cmake --build --preset release --parallel "$jobs" --target qbatt
}
