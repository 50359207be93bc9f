#include "cli/print.hpp"

#include "io/output_file.hpp"

namespace qbatt::cli {

void print_out(std::string_view text) {
  OutputFile out = OutputFile::standard_output();
  out.write(text);
  out.flush();
}

}  // namespace qbatt::cli
