#pragma once

#include "run/crew.hpp"

/// What libqbatt_mpi.so offers to the program, which opens it only under a launcher.
namespace qbatt::mpi {

struct Module {
  const char* build;  ///< build_id() of the module: both must be of one build
  Crew* (*join)();    ///< starts MPI; the caller owns the crew
};

using ModuleFunction = const Module*();
inline constexpr const char* module_symbol = "qbatt_mpi_module";

}  // namespace qbatt::mpi
