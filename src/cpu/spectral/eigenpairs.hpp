#pragma once

#include <vector>

#include "cpu/spectral/spectral_chain.hpp"
#include "cpu/workers.hpp"

namespace qbatt::cpu {

/// Boundary values of vectors at superblocks, owned: see Checkpoints. Arrays are [superblock][pair], pairs padded.
struct CheckpointStorage {
  std::vector<double> up_here, up_behind, up_scale, down_here, down_behind, down_scale;

  void resize(std::size_t size);
  Checkpoints view(const std::vector<index>& boundaries);
};

/// The eigenpairs that carry e_0, in units of a_0, ready to be streamed. Where the diagonal is constant only lambda >= 0 is held:
/// the pair at -lambda has the same vector with alternating signs. All arrays are padded with pairs of zero weight.
struct Eigenpairs {
  std::int64_t count = 0;   ///< pairs held, without padding
  std::int64_t padded = 0;  ///< a multiple of KernelSet::lanes
  std::vector<double> lambda;
  std::vector<double> parity;
  std::vector<index> bond;
  std::vector<double> weight;     ///< (v_j)_0^2
  std::vector<double> mismatch;   ///< || H v - lambda v || from the bond, v of norm 1
  std::vector<double> magnitude;  ///< sqrt(sum_k weight_k v_k^2), what rounding acts on
  std::vector<double> copies;     ///< 2 where the pair stands for lambda and -lambda, else 1
  std::vector<double> up_factor, up_exponent, down_factor, down_exponent;  ///< see StreamPairs
  CheckpointStorage checkpoints;

  /// Pairs of the whole chain that are represented.
  [[nodiscard]] std::int64_t represented() const;
  [[nodiscard]] StreamPairs view(const std::vector<index>& boundaries);
};

/// Eigenvalues with the bond at which each is matched, parallel arrays.
struct EigenvalueList {
  std::vector<double> lambda;
  std::vector<double> parity;  ///< +-1 on folded chains, 1 otherwise
  std::vector<index> bond;
  std::int64_t shots = 0;  ///< recurrences over the whole chain that it took to find them
};

/// Finds the eigenvalues that carry e_0 by matched shooting: a grid placed by semiclassics, exact phases that count what lies
/// between its points, and refinement inside the bracket.
EigenvalueList find_eigenvalues(const SpectralChain& chain, const Workers& workers);

/// One pass over the chain: the vectors that belong to the given values, whatever their quality, with norms, residuals and
/// checkpoints.
Eigenpairs measure_pairs(const SpectralChain& chain, EigenvalueList values, const Workers& workers);

/// What streaming needs of the given pairs, as many as fill whole groups; those that are not `real` get no weight.
Eigenpairs subset(const Eigenpairs& from, const std::vector<std::size_t>& pairs, const std::vector<bool>& real,
                  std::size_t superblocks);

}  // namespace qbatt::cpu
