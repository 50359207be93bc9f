#include "cpu/spectral/spacings.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace qbatt::cpu {

// The pair at -lambda has the vector of alternating signs: its parity is the same where the chain has an odd number of levels, the
// other one where it has an even number.
std::vector<double> spacings(const kernels::Chain& chain, const Eigenpairs& pairs) {
  const bool same_parity = !chain.folded || chain.dim % 2 != 0;
  const auto count = static_cast<std::size_t>(pairs.count);
  std::vector<double> of_parity[2];
  for (std::size_t j = 0; j < count; ++j) {
    const bool odd = chain.folded && pairs.parity[j] < 0.0;
    of_parity[odd ? 1 : 0].push_back(pairs.lambda[j]);
    if (pairs.copies[j] > 1.0) of_parity[odd == same_parity ? 1 : 0].push_back(-pairs.lambda[j]);
  }
  for (auto& lambdas : of_parity) std::ranges::sort(lambdas);
  std::vector<double> result(count);
  for (std::size_t j = 0; j < count; ++j) {
    const auto& lambdas = of_parity[chain.folded && pairs.parity[j] < 0.0 ? 1 : 0];
    const auto here = std::ranges::lower_bound(lambdas, pairs.lambda[j]);
    double nearest = std::numeric_limits<double>::infinity();
    if (here != lambdas.begin()) nearest = *here - *std::prev(here);
    if (std::next(here) != lambdas.end()) nearest = std::min(nearest, *std::next(here) - *here);
    result[j] = nearest;
  }
  return result;
}

}  // namespace qbatt::cpu
