#include "kernels/cuda/chebyshev_stages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "cuda/device_test.hpp"
#include "cuda/launches.hpp"
#include "cuda/random_expansion.hpp"
#include "kernels/cuda/transfers.hpp"
#include "support/comparisons.hpp"

// Every class of expansions, on the device, beside a plain loop over the levels: bit for bit.
namespace qbatt::test {
namespace {

using cuda::ChebyshevClass;
using kernels::ChebyshevExpansion;
using kernels::ChebyshevKind;
using kernels::ChebyshevRule;

/// Real and imaginary part of a sum, [level].
using Sum = std::array<std::vector<double>, 2>;

/// The recurrence from order to order, all levels of one after those of the other.
class PlainExpansion {
public:
  explicit PlainExpansion(const RandomExpansion& e) : e_(e), levels_(static_cast<std::size_t>(e.levels)) {
    for (const std::vector<double>* start : {&e.start_re, &e.start_im}) {
      if (start == &e.start_im && e.kind != ChebyshevKind::complex_start) break;
      here_.emplace_back(*start);
      std::fill(here_.back().begin() + e.support, here_.back().end(), 0.0);
      previous_.emplace_back(levels_, 0.0);
    }
  }

  /// Of all targets.
  [[nodiscard]] std::vector<Sum> sums(int targets) {
    std::vector<Sum> sums(static_cast<std::size_t>(targets), Sum{std::vector(levels_, 0.0), std::vector(levels_, 0.0)});
    for (int n = 0; n < e_.orders; ++n) {
      for (int o = 0; o < targets; ++o)
        add(n, e_.factors[static_cast<std::size_t>(n * targets + o)], sums[static_cast<std::size_t>(o)]);
      step(n);
    }
    return sums;
  }

private:
  void add(int n, double factor, Sum& sum) const {
    for (std::size_t k = 0; k < levels_; ++k) {
      double& re = sum[0][k];
      double& im = sum[1][k];
      if (e_.kind == ChebyshevKind::rotation || n % 2 == 0) {
        re = kernels::mul_add(factor, here_[0][k], re);
        if (here_.size() == 2) im = kernels::mul_add(factor, here_[1][k], im);
      } else {
        im = kernels::subtract_product(factor, here_[0][k], im);
        if (here_.size() == 2) re = kernels::mul_add(factor, here_[1][k], re);
      }
    }
  }

  void step(int n) {
    for (std::size_t v = 0; v < here_.size(); ++v) {
      for (std::size_t k = 0; k < levels_; ++k) {
        const double next = next_entry(n, here_[v], previous_[v], k);
        previous_[v][k] = n == 0 ? 0.5 * next : next;
      }
    }
    std::swap(here_, previous_);
  }

  [[nodiscard]] double next_entry(int n, const std::vector<double>& here, const std::vector<double>& previous,
                                  std::size_t k) const {
    const double below = k > 0 ? here[k - 1] : 0.0;
    const double above = k + 1 < levels_ ? here[k + 1] : 0.0;
    const double center = (e_.diag[k] - e_.center) * e_.scale;
    const auto by = [&]<ChebyshevRule rule>(std::integral_constant<ChebyshevRule, rule>) {
      return kernels::chebyshev_step<rule>(coupling(k), below, coupling(k + 1), above, center, here[k], previous[k]);
    };
    if (e_.kind == ChebyshevKind::rotation) return by(std::integral_constant<ChebyshevRule, ChebyshevRule::rotate>{});
    return n % 2 == 0 ? by(std::integral_constant<ChebyshevRule, ChebyshevRule::plus>{})
                      : by(std::integral_constant<ChebyshevRule, ChebyshevRule::minus>{});
  }

  [[nodiscard]] double coupling(std::size_t k) const { return k > 0 && k < levels_ ? e_.offdiag[k - 1] * e_.scale : 0.0; }

  const RandomExpansion& e_;
  std::size_t levels_;
  std::vector<std::vector<double>> here_;
  std::vector<std::vector<double>> previous_;
};

/// An expansion in device memory. Of `used` targets the even ones are amplitudes; a level lies `stride` entries behind the one
/// before.
class DeviceExpansion {
public:
  DeviceExpansion(const RandomExpansion& e, const ChebyshevClass& c, int used, index stride, const cuda::Stream& stream)
      : stride_(stride), targets_(used), levels_(e.levels), sums_(zeros(2 * used * e.levels * stride, stream)) {
    const index work = cuda::chebyshev_work_entries(e.kind, c, e.levels);
    view_ = {.levels = e.levels,
             .support = e.support,
             .center = e.center,
             .scale = e.scale,
             .diag = keep(cuda::to_device<double>(e.diag, stream)),
             .offdiag = keep(cuda::to_device<double>(e.offdiag, stream)),
             .start_re = keep(cuda::to_device<double>(e.start_re, stream)),
             .start_im = keep(cuda::to_device<double>(e.start_im, stream)),
             .work = work > 0 ? keep(zeros(work, stream)) : nullptr,
             .orders = e.orders,
             .factors = keep(cuda::to_device<double>(e.factors, stream)),
             .target = {}};
    for (int o = 0; o < used; ++o)
      view_.target[o] = {.re = part(o, 0), .im = part(o, 1), .stride = stride, .amplitudes = amplitudes(o)};
  }

  [[nodiscard]] const ChebyshevExpansion& view() const { return view_; }
  [[nodiscard]] static bool amplitudes(int target) { return target % 2 == 0; }

  [[nodiscard]] std::vector<Sum> sums(const cuda::Stream& stream) const {
    const std::vector<double> entries = cuda::to_host(sums_, stream);
    std::vector<Sum> result(static_cast<std::size_t>(targets_));
    for (int o = 0; o < targets_; ++o)
      for (int p = 0; p < 2; ++p)
        for (index k = 0; k < levels_; ++k)
          result[static_cast<std::size_t>(o)][static_cast<std::size_t>(p)].push_back(
              entries[static_cast<std::size_t>(part(o, p) - sums_.data() + k * stride_)]);
    return result;
  }

private:
  static cuda::DeviceBuffer<double> zeros(index count, const cuda::Stream& stream) {
    return cuda::to_device<double>(std::vector<double>(static_cast<std::size_t>(count), 0.0), stream);
  }
  double* keep(cuda::DeviceBuffer<double> buffer) { return inputs_.emplace_back(std::move(buffer)).data(); }
  [[nodiscard]] double* part(int target, int p) const { return sums_.data() + (2 * target + p) * levels_ * stride_; }

  index stride_;
  int targets_;
  index levels_;
  cuda::DeviceBuffer<double> sums_;
  std::vector<cuda::DeviceBuffer<double>> inputs_;
  ChebyshevExpansion view_{};
};

class ChebyshevStagesTest : public DeviceTest {
protected:
  /// All of them at once, pass by pass.
  void run(ChebyshevKind kind, std::size_t place, const std::vector<DeviceExpansion>& expansions) {
    const ChebyshevClass& c = cuda::chebyshev_classes(kind)[place];
    std::vector<ChebyshevExpansion> views;
    std::vector<cuda::ChebyshevTileItem> tiles;
    int passes = 0;
    for (const DeviceExpansion& expansion : expansions) {
      const ChebyshevExpansion& e = expansion.view();
      for (index tile = 0; tile < cuda::tile_count(c, e.levels); ++tile)
        tiles.push_back({static_cast<index>(views.size()), cuda::tile_begin(c, e.levels, tile)});
      passes = std::max(passes, cuda::pass_count(c, e.levels, e.orders));
      views.push_back(e);
    }
    const auto on_device = cuda::to_device<ChebyshevExpansion>(views, stream());
    const auto items = cuda::to_device<cuda::ChebyshevTileItem>(tiles, stream());
    for (int pass = 0; pass < passes; ++pass)
      expand_tiles(stream(), kind, place, on_device.data(), items.data(), static_cast<index>(tiles.size()), pass);
  }
};

/// From one level to what a tile holds and, where the class takes them, to several tiles.
std::vector<index> sizes_for(const ChebyshevClass& c) {
  const index capacity = c.capacity();
  std::vector<index> sizes{1, 2, 3, 33, 64, capacity - 1, capacity};
  if (!c.whole()) sizes.insert(sizes.end(), {capacity + 1, 2 * capacity, 3 * capacity + 17, 5 * capacity - 1});
  return sizes;
}

/// A level that no pass reached is 0, another that is none may be -0.
void expect_same_sums(const std::vector<Sum>& actual, const std::vector<Sum>& expected, ChebyshevKind kind) {
  for (std::size_t o = 0; o < actual.size(); ++o) {
    const bool signs = kind == ChebyshevKind::rotation && DeviceExpansion::amplitudes(static_cast<int>(o));
    for (std::size_t part = 0; part < 2; ++part) {
      for (std::size_t k = 0; k < actual[o][part].size(); ++k) {
        const double value = signs && k % 4 >= 2 ? -expected[o][part][k] : expected[o][part][k];
        ASSERT_TRUE(same_bits(actual[o][part][k] + 0.0, value + 0.0)) << "target " << o << ", part " << part << ", level " << k;
      }
    }
  }
}

TEST_F(ChebyshevStagesTest, EveryClassGivesTheBitsOfAPlainLoop) {
  Random random(7);
  for (const ChebyshevKind kind : {ChebyshevKind::rotation, ChebyshevKind::real_start, ChebyshevKind::complex_start}) {
    for (std::size_t place = 0; place < cuda::chebyshev_classes(kind).size(); ++place) {
      const ChebyshevClass& c = cuda::chebyshev_classes(kind)[place];
      std::vector<RandomExpansion> expansions;
      std::vector<DeviceExpansion> on_device;
      for (const index levels : sizes_for(c)) {
        const auto orders = static_cast<int>(2 * random.integer(1, c.whole() ? 30 : 100));
        expansions.emplace_back(random, kind, levels, orders, c.targets);
        const int used = levels % 2 == 0 ? c.targets : std::max(1, c.targets - 1);
        on_device.emplace_back(expansions.back(), c, used, random.integer(1, 3), stream());
      }
      run(kind, place, on_device);
      for (std::size_t i = 0; i < expansions.size(); ++i) {
        SCOPED_TRACE(testing::Message() << "kind " << static_cast<int>(kind) << ", class " << place << ", " << expansions[i].levels
                                        << " levels, " << expansions[i].orders << " orders");
        expect_same_sums(on_device[i].sums(stream()), PlainExpansion(expansions[i]).sums(c.targets), kind);
      }
    }
  }
}

}  // namespace
}  // namespace qbatt::test
