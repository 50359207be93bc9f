#include "cpu/dense/lapack.hpp"

#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdlib>
#include <new>
#include <optional>
#include <type_traits>

namespace qbatt::cpu {
namespace {

/// Sets a variable of the environment while it lives.
class Environment {
public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* const before = std::getenv(name)) before_ = before;
    ::setenv(name, value, 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  Environment(Environment&&) = delete;
  Environment& operator=(Environment&&) = delete;
  ~Environment() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }

private:
  const char* name_;
  std::optional<std::string> before_;
};

bool has_room(std::size_t bytes) {
  void* const room = ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return false;
  ::munmap(room, bytes);
  return true;
}

constexpr std::size_t mebibyte = std::size_t{1} << 20;
constexpr std::size_t libraries = 64 * mebibyte;  // with their dependencies
constexpr std::size_t buffer = 160 * mebibyte;    // OpenBLAS reserves 128 MiB for each thread that is in it

/// Beside an extension of Python lies a library that needs OpenBLAS and holds nothing (src/python/CMakeLists.txt): in a wheel
/// OpenBLAS has another name, which only that library knows. The dynamic linker finds it by the extension's search path.
void* open_openblas() {
  void* const beside = ::dlopen("libqbatt_openblas.so.0", RTLD_NOW | RTLD_LOCAL);
  return beside != nullptr ? beside : ::dlopen(QBATT_OPENBLAS_FILE, RTLD_NOW | RTLD_LOCAL);
}

Lapack open() {
  Lapack lapack;
  if (!has_room(libraries + buffer)) {
    lapack.why_absent = "there is no memory to load OpenBLAS";
    return lapack;
  }
  const Environment one_thread("OPENBLAS_NUM_THREADS", "1");
  void* const openblas = open_openblas();
  if (openblas == nullptr) {
    lapack.why_absent = ::dlerror();
    return lapack;
  }
  const auto find = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(openblas, name));
    if (function == nullptr) lapack.why_absent = std::string("its library has no ") + name;
  };
  decltype(&openblas_set_num_threads) set_threads = nullptr;
  find(set_threads, "openblas_set_num_threads");
  find(lapack.daxpy, "cblas_daxpy");
  find(lapack.dnrm2, "cblas_dnrm2");
  find(lapack.dgemm, "cblas_dgemm");
  find(lapack.dsyevd, "dsyevd_");
  find(lapack.zgesdd, "zgesdd_");
  // The systems are the parallelism; BLAS on one thread also keeps its sums in one order. Who linked it may have woken more.
  if (lapack.why_absent.empty()) set_threads(1);
  return lapack;
}

}  // namespace

const Lapack& Lapack::get() {
  static const Lapack lapack = open();
  return lapack;
}

void require_room(std::size_t doubles) {
  if (!has_room(doubles * sizeof(double) + buffer)) throw std::bad_alloc();
}

}  // namespace qbatt::cpu
