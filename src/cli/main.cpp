#include "cli/program.hpp"

int main(int argc, char** argv) {
  return qbatt::cli::run_program(argc, argv);
}
