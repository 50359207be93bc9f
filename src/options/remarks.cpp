#include "options/remarks.hpp"

#include <fmt/format.h>

#include "text/text.hpp"

namespace qbatt {

std::string remark_on(const Rounding& rounding) {
  if (rounding.rounded == 0 && rounding.repeated == 0) return {};
  const std::string dropped =
      rounding.repeated == 0 ? std::string() : fmt::format("; dropped, as this repeats others: {}", rounding.repeated);
  return fmt::format("rounded to whole numbers: {}{}{}", rounding.all ? "" : "more than ", counted(rounding.rounded, "value"),
                     dropped);
}

std::string remark_on(const RowTally& tally) {
  if (tally.inaccurate + tally.failed == 0) return {};
  return fmt::format("of {} {} are inaccurate and {} failed: see the columns status and error_bound",
                     counted(tally.finished, "row"), tally.inaccurate, tally.failed);
}

}  // namespace qbatt
