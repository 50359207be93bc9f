#include "devices/shared_library.hpp"

#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <system_error>

namespace qbatt {
namespace {

// Of the shared library that holds this function, which is opened by its whole path; of a program it may be the name that was
// typed, which says nothing.
std::filesystem::path own_folder() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&own_folder), &info) == 0 || info.dli_fname == nullptr) return {};
  const std::filesystem::path file(info.dli_fname);
  return file.is_absolute() ? file.parent_path() : std::filesystem::path();
}

}  // namespace

std::string module_file(std::string_view name) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const std::filesystem::path& file : std::array{folder / name, folder.parent_path() / "lib" / name, own_folder() / name})
    if (file.is_absolute() && std::filesystem::exists(file, ignored)) return file.string();
  return {};
}

SharedLibrary::SharedLibrary(const std::string& name, Symbols symbols)
    : handle_(::dlopen(name.c_str(), RTLD_NOW | (symbols == Symbols::global ? RTLD_GLOBAL : RTLD_LOCAL))) {
  if (handle_ == nullptr) {
    const char* const message = ::dlerror();
    error_ = message == nullptr ? "unknown error" : message;
  }
}

void* SharedLibrary::address(const char* symbol) const {
  return handle_ == nullptr ? nullptr : ::dlsym(handle_, symbol);
}

}  // namespace qbatt
