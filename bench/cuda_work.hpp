#pragma once

// What the stages of the CUDA pipeline do on one batch, counted from their loops.
namespace qbatt::bench {

/// 0 stands for what nobody counted.
struct Work {
  double lane_levels = 0;        ///< steps of the shooting recurrence, one a (system, eigenvalue, level)
  double fp64_instructions = 0;  ///< of recurrence, search of bonds and products, a multiply-add once
  double bytes = 0;              ///< of the arrays that must be read or written, each once
};

/// Sums over the systems of a batch.
struct BatchCounts {
  double systems = 0;
  double n = 0;        ///< levels of a vector, padding included
  double room = 0;     ///< vectors a system
  double times = 0;    ///< at which states are evaluated
  double columns = 0;  ///< of their amplitudes: times, or twice as many where they are complex

  // Of shooting.
  double levels = 0;             ///< kept
  double nodes = 0;              ///< of the grids
  double pairs = 0;              ///< held
  double grid = 0;               ///< lane-levels of the grid,
  double refinement = 0;         ///< of the refinement,
  double vectors = 0;            ///< and of the vectors: to the bond, and once more
  double grid_search = 0;        ///< levels looked at for the deepest bond of each point of the grid,
  double refinement_search = 0;  ///< and of each pair; 0 where one bond serves all
};

Work work_of_coefficients(const BatchCounts& c);
Work work_of_grid(const BatchCounts& c);
Work work_of_refinement(const BatchCounts& c);
Work work_of_vectors(const BatchCounts& c);
Work work_of_assembly(const BatchCounts& c);
Work work_of_certificates(const BatchCounts& c);
Work work_of_products(const BatchCounts& c);
Work work_of_observables(const BatchCounts& c);
Work uncounted_work(const BatchCounts& c);

}  // namespace qbatt::bench
