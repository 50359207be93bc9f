#include "fuzz/fuzz.hpp"
#include "qbatt/sweep.hpp"
#include "sweep/axis.hpp"
#include "sweep/loops.hpp"
#include "sweep/odometer.hpp"
#include "text/text.hpp"

namespace qbatt {
namespace {

// Line i is the axis of parameter i; an empty or a missing one is not given.
AxisTexts texts_of(std::string_view input) {
  const std::vector<std::string_view> lines = split(input, '\n');
  AxisTexts texts;
  for (std::size_t i = 0; i < std::min(lines.size(), parameter_count); ++i)
    if (!lines[i].empty()) texts[i] = std::string(lines[i]);
  return texts;
}

// The first systems of a sweep that may have billions; fewer where a look at one is a look at up to a million chains.
void walk(const AxisTexts& texts) {
  Axes axes;
  for (const ParameterInfo& info : parameter_info()) {
    const auto& text = texts[static_cast<std::size_t>(info.id)];
    axes[static_cast<std::size_t>(info.id)] = parse_axis(info.id, text ? std::string_view(*text) : info.default_axis);
  }
  Odometer odometer(axes);
  odometer.turn_to_first(0);
  for (int looks = 0; looks < 100;) {
    const CentralSpin system = odometer.system();
    looks += system.is_chain() ? 1 : 20;
    if (!first_unphysical(system)) validate(system);
    if (!odometer.advance()) break;
  }
}

}  // namespace
}  // namespace qbatt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const qbatt::AxisTexts texts = qbatt::texts_of(qbatt::fuzz::text_of(data, size));
  qbatt::fuzz::accepts_or_refuses([&] { qbatt::walk(texts); });
  qbatt::fuzz::accepts_or_refuses([&] { validate(qbatt::single_system(texts)); });
  return 0;
}
