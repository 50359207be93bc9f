#pragma once

#include <string>
#include <string_view>

namespace qbatt {

/// The path of a module of qbatt, which lies beside the program, in ../lib, or beside the shared library that this code is in, as
/// beside an extension of Python; empty where it is in none.
std::string module_file(std::string_view name);

/// A shared library opened at run time. It stays open for the life of the process: the CUDA libraries do not survive being
/// unloaded.
class SharedLibrary {
public:
  /// Who sees its symbols: those who ask for them here, or every library that is opened later.
  enum class Symbols { local, global };

  /// `name` is a path, or a plain name that the dynamic linker looks up.
  explicit SharedLibrary(const std::string& name, Symbols symbols = Symbols::local);

  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  /// Why it is not open, in the words of the dynamic linker.
  [[nodiscard]] const std::string& error() const { return error_; }

  /// The function called `symbol`; null where there is none or the library is not open.
  template <typename Function>
  [[nodiscard]] Function* find(const char* symbol) const {
    return reinterpret_cast<Function*>(address(symbol));
  }

private:
  [[nodiscard]] void* address(const char* symbol) const;

  void* handle_;
  std::string error_;
};

}  // namespace qbatt
