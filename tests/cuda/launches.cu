#include "cuda/launches.hpp"

#include <utility>

#include "kernels/cuda/launch.hpp"

namespace qbatt::test {

using cuda::ChebyshevKind;

struct MultipleOf {
  index of;
  QBATT_HD bool operator()(index i) const { return i % of == 0; }
};

namespace {

template <ChebyshevKind kind, std::size_t... places>
void expand_by_class(const cuda::Stream& stream, std::size_t place, const kernels::ChebyshevExpansion* expansions,
                     const cuda::ChebyshevTileItem* tiles, index count, int pass, std::index_sequence<places...>) {
  ((place == places ? cuda::run_team_stage(stream, cuda::ExpandTiles<kind, places>{expansions, tiles, count, pass}) : void()), ...);
}

}  // namespace

index select_multiples(const cuda::Stream& stream, index count, index of, index* selected) {
  return cuda::select_indices(stream, count, MultipleOf{of}, selected);
}

void sort_rows(const cuda::Stream& stream, const double* in, double* out, index rows, index length) {
  cuda::sort_rows_descending(stream, in, out, rows, length);
}

void expand_tiles(const cuda::Stream& stream, ChebyshevKind kind, std::size_t place, const kernels::ChebyshevExpansion* expansions,
                  const cuda::ChebyshevTileItem* tiles, index count, int pass) {
  const auto expand = [&]<ChebyshevKind of>(std::integral_constant<ChebyshevKind, of>) {
    expand_by_class<of>(stream, place, expansions, tiles, count, pass,
                        std::make_index_sequence<cuda::chebyshev_classes(of).size()>{});
  };
  switch (kind) {
    case ChebyshevKind::rotation:
      expand(std::integral_constant<ChebyshevKind, ChebyshevKind::rotation>{});
      break;
    case ChebyshevKind::real_start:
      expand(std::integral_constant<ChebyshevKind, ChebyshevKind::real_start>{});
      break;
    default:
      expand(std::integral_constant<ChebyshevKind, ChebyshevKind::complex_start>{});
  }
}

}  // namespace qbatt::test
