#include "cuda_work.hpp"

#include "cost/cost_model.hpp"
#include "kernels/cuda/shooting_stages.hpp"

namespace qbatt::bench {
namespace {

/// diag, diag_size and offdiag.
double entries(const BatchCounts& c) {
  return 3 * c.systems * c.n * sizeof(double);
}

double vectors(const BatchCounts& c) {
  return c.systems * c.room * c.n * sizeof(double);
}

/// A run along the chain reads gain, shift and back of its direction.
double coefficients_read(const BatchCounts& c) {
  return 3 * c.levels * sizeof(double);
}

/// A level that the search for the deepest bond looks at costs the reach of both bonds, the distance of the diagonal, the depth and
/// the comparison.
double instructions(double lane_levels, double searched) {
  constexpr double a_level_searched = 4;
  return instructions_a_lane_level * lane_levels + a_level_searched * searched;
}

}  // namespace

Work work_of_coefficients(const BatchCounts& c) {
  return {.bytes = entries(c) + c.levels * kernels::Coefficients::arrays * sizeof(double)};
}

Work work_of_grid(const BatchCounts& c) {
  return {.lane_levels = c.grid,
          .fp64_instructions = instructions(c.grid, c.grid_search),
          .bytes = coefficients_read(c) + c.nodes * sizeof(kernels::GridNode)};
}

Work work_of_refinement(const BatchCounts& c) {
  return {.lane_levels = c.refinement,
          .fp64_instructions = instructions(c.refinement, c.refinement_search),
          .bytes = coefficients_read(c) + c.pairs * (sizeof(double) + sizeof(cuda::index))};
}

Work work_of_vectors(const BatchCounts& c) {
  return {.lane_levels = c.vectors, .fp64_instructions = instructions(c.vectors, 0), .bytes = coefficients_read(c) + vectors(c)};
}

Work work_of_assembly(const BatchCounts& c) {
  return {.bytes = entries(c) + vectors(c)};
}

/// The vectors are read for the residuals and for the state at t = 0.
Work work_of_certificates(const BatchCounts& c) {
  return {.bytes = entries(c) + 2 * vectors(c)};
}

Work work_of_products(const BatchCounts& c) {
  return {.fp64_instructions = c.systems * c.n * c.room * c.columns,
          .bytes = vectors(c) + c.systems * (c.n + c.room) * c.columns * sizeof(double)};
}

/// Amplitudes are read; populations are written, sorted from one place to another, and read.
Work work_of_observables(const BatchCounts& c) {
  return {.bytes = c.systems * c.n * (c.columns + 4 * c.times) * sizeof(double)};
}

Work uncounted_work(const BatchCounts&) {
  return {};
}

}  // namespace qbatt::bench
