#include "devices/shared_library.hpp"

#include <dlfcn.h>

namespace qbatt {

SharedLibrary::SharedLibrary(const std::string& name) : handle_(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) {
    const char* const message = ::dlerror();
    error_ = message == nullptr ? "unknown error" : message;
  }
}

void* SharedLibrary::address(const char* symbol) const {
  return handle_ == nullptr ? nullptr : ::dlsym(handle_, symbol);
}

}  // namespace qbatt
