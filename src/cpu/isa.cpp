#include <string>

#include "qbatt/errors.hpp"
#include "qbatt/solve.hpp"

namespace qbatt {

std::string_view instruction_set() {
  return "x86-64-v2";
}

}  // namespace qbatt
