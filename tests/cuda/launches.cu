#include "cuda/launches.hpp"

#include <utility>

#include "kernels/cuda/launch.hpp"
#include "kernels/cuda/long_chain_stages.hpp"

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

namespace {

/// Item: the whole matrix.
struct AddGram {
  GramShape shape;
  int row_blocks;
  int column_blocks;
  int entries;
  double* values;
  double* sum;

  template <class Team>
  QBATT_HD void operator()(Team& team, kernels::Arena arena, index) const {
    kernels::share(team, entries, [&](int i) { sum[i] = 0.0; });
    kernels::VectorTile tile(arena, 0, 0);
    tile.values = values;
    tile.pitch = shape.vectors;
    tile.length = shape.levels;
    const auto weight = [](int i) { return static_cast<double>(i) - 3.0; };
    const kernels::BlockMatrix matrix{sum, row_blocks, column_blocks, shape.symmetric};
    kernels::add_gram(
        team, kernels::GramTask<decltype(weight)>{tile, 0, shape.stride, 0, shape.symmetric ? 0 : 8 * row_blocks, weight, matrix});
  }
};

}  // namespace

void add_gram(const cuda::Stream& stream, bool tensor_cores, const GramShape& shape, double* values, double* sum) {
  constexpr int threads = 64;
  constexpr cuda::ArenaSize size{.bytes = 64, .near_bytes = 64};
  const AddGram stage{shape, shape.row_blocks(), shape.column_blocks(), shape.entries(), values, sum};
  if (tensor_cores)
    cuda::launch_teams_in_arenas<cuda::WholeBlockTeam<true>>(stream, threads, 1, size, stage);
  else
    cuda::launch_teams_in_arenas<cuda::WholeBlockTeam<false>>(stream, threads, 1, size, stage);
}

void sum_pairs(const cuda::Stream& stream, bool large_tiles, const PairSums& sums, const double* vectors, const double* factors,
               index mirror, double* amplitudes) {
  const auto sum = [&]<int rows, int width>(const cuda::TilesOfPairs<rows, width>& cut) {
    cuda::run_stage(stream, cuda::SumWindow<rows, width>{vectors, sums.room, sums.pairs, factors, cut, 0, mirror, amplitudes});
  };
  if (large_tiles)
    sum(cuda::TilesOfPairs<4, 4>{sums.levels, sums.columns});
  else
    sum(cuda::TilesOfPairs<1, 2>{sums.levels, sums.columns});
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
