#include "cli/print.hpp"

#include <cstdio>

#include "io/output_file.hpp"

namespace qbatt::cli {

void print_out(std::string_view text) {
  OutputFile out = OutputFile::standard_output();
  out.write(text);
  out.flush();
}

void write_err(std::string_view text) noexcept {
  static_cast<void>(std::fwrite(text.data(), 1, text.size(), stderr));
  static_cast<void>(std::fflush(stderr));
}

}  // namespace qbatt::cli
