#include "qbatt/version.hpp"

namespace qbatt {

std::string_view version() {
  return QBATT_VERSION;
}

std::string_view git_revision() {
  return QBATT_GIT_REVISION;
}

const char* build_id() {
  return QBATT_VERSION " (" QBATT_GIT_REVISION ")";
}

}  // namespace qbatt
