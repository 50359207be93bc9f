#include "sweep/box.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace qbatt {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const Term& end_of(const AxisItem& item) {
  return item.kind == AxisItem::Kind::value ? item.start : item.stop;
}

Interval times(double factor, const Interval& range) {
  const double a = factor * range.low;
  const double b = factor * range.high;
  return {std::min(a, b), std::max(a, b)};
}

// a + factor b
Term sum(const Term& a, double factor, const Term& b) {
  Term result{.references = a.references | b.references, .factors = a.factors, .offset = a.offset + factor * b.offset};
  for (std::size_t i = 0; i < parameter_count; ++i) result.factors[i] += factor * b.factors[i];
  return result;
}

Term without(Term term, Parameter parameter) {
  term.references.reset(static_cast<std::size_t>(parameter));
  term.factors[static_cast<std::size_t>(parameter)] = 0;
  return term;
}

}  // namespace

Box::Box(const Odometer& odometer, std::size_t level, std::int64_t first, std::int64_t last) : odometer_(odometer), level_(level) {
  for (std::size_t l = 0; l < Odometer::levels; ++l) {
    const auto p = static_cast<std::size_t>(odometer.parameter(l));
    const AxisValues& wheel = odometer.wheel(l);
    const Axis& axis = odometer.axis(l);
    level_of_[p] = l;
    if (l < level) {
      ranges_[p] = {odometer.values()[p], odometer.values()[p]};
    } else if (l == level || !axis.linked()) {
      const AxisValues::Bounds bounds = l == level ? wheel.bounds(first, last) : wheel.bounds(0, wheel.size());
      ranges_[p] = {bounds.low, bounds.high};
    } else {
      ranges_[p] = range_of_axis(axis);
    }
  }
}

Interval Box::range_of_term(const Term& term) const {
  Interval all{};
  for (std::size_t i = 0; i < parameter_count; ++i) {
    if (!term.references[i]) continue;
    const Interval one = times(term.factors[i], ranges_[i]);
    all = {all.low + one.low, all.high + one.high};
  }
  return {all.low + term.offset, all.high + term.offset};
}

bool Box::is_open(const Axis& axis) const {
  return (axis.refers_to(Parameter::charger) && !is_fixed(Parameter::charger)) ||
         (axis.refers_to(Parameter::charger_state) && !is_fixed(Parameter::charger_state));
}

// Of an axis that is open, those of all chargers.
std::vector<AxisItem> Box::possible_items(const Axis& axis) const {
  ParameterValues values{};
  values[static_cast<std::size_t>(Parameter::charger)] = range(Parameter::charger).low;
  std::vector<AxisItem> items = is_fixed(Parameter::charger) ? axis.items_for(values) : axis.items;
  if (!is_fixed(Parameter::charger)) items.insert(items.end(), axis.items_of_boson.begin(), axis.items_of_boson.end());
  return items;
}

// Whether some of its values are rounded.
bool Box::is_whole(const Axis& axis) const {
  if (axis.whole != Whole::dicke) return axis.whole == Whole::always;
  return range(Parameter::charger_state).low == static_cast<double>(ChargerState::dicke);
}

Interval Box::range_of_axis(const Axis& axis) const {
  Interval range{infinity, -infinity};
  for (const AxisItem& item : possible_items(axis)) {
    range.low = std::min(range.low, range_of_term(item.start).low);
    range.high = std::max(range.high, range_of_term(end_of(item)).high);
  }
  if (!is_whole(axis)) return range;
  const Interval rounded{std::round(range.low), std::round(range.high)};
  if (!is_open(axis)) return rounded;
  return {std::min(range.low, rounded.low), std::max(range.high, rounded.high)};
}

// Whether its value is computed without rounding.
bool Box::is_exact(const Term& term) const {
  return is_dyadic(term.offset) && std::ranges::all_of(
                                       parameter_info(),
                                       [&](const ParameterInfo& info) {
                                         return !term.refers_to(info.id) ||
                                                (axis_of(info.id).whole == Whole::always && is_dyadic(term.factor(info.id)));
                                       });
}

// Whether it is a whole number before it is rounded.
bool Box::is_whole(const Term& term) const {
  const auto is_integer = [](double x) { return x == std::trunc(x); };
  return is_exact(term) && is_integer(term.offset) && std::ranges::all_of(term.factors, is_integer);
}

// What the rounding errors of computing it, in one order of its terms or another, stay below.
double Box::noise_of(const Term& term) const {
  double magnitude = std::abs(term.offset);
  for (std::size_t i = 0; i < parameter_count; ++i)
    if (term.references[i]) magnitude += std::abs(term.factors[i]) * std::max(std::abs(ranges_[i].low), std::abs(ranges_[i].high));
  return 16 * std::numeric_limits<double>::epsilon() * magnitude;
}

Interval Box::difference(const Term& a, const Term& b) const {
  return range_of_term(sum(a, -1, b));
}

// Whether AxisValues::resolve() accepts the item wherever the wheels stand.
bool Box::makes_sense(const AxisItem& item) const {
  const Interval start = range_of_term(item.start);
  const Interval stop = range_of_term(end_of(item));
  if (!std::isfinite(start.low + start.high) || !std::isfinite(stop.low + stop.high)) return false;
  if (item.kind == AxisItem::Kind::value) return true;
  const Interval length = difference(item.stop, item.start);
  if (!(length.low >= 0)) return false;
  if (item.kind == AxisItem::Kind::logarithmic && !(start.low > 0)) return false;
  return item.kind == AxisItem::Kind::range || item.count > 1;
}

// Whether rounded values of one item never equal those of another.
bool Box::are_apart(const std::vector<AxisItem>& items) const {
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = i + 1; j < items.size(); ++j) {
      const AxisItem& a = items[i];
      const AxisItem& b = items[j];
      const bool exact = is_exact(a.start) && is_exact(b.start) && is_exact(end_of(a)) && is_exact(end_of(b));
      const double gap = exact ? 1 : 1 + 1e-6;
      if (!(difference(b.start, end_of(a)).low >= gap || difference(a.start, end_of(b)).low >= gap)) return false;
    }
  }
  return true;
}

std::optional<std::int64_t> Box::size_of(const AxisItem& item, bool distinct) const {
  const Interval length = difference(end_of(item), item.start);
  switch (item.kind) {
    case AxisItem::Kind::value:
      return 1;
    case AxisItem::Kind::range:
      break;
    case AxisItem::Kind::linear:
      if (distinct && !(length.low >= (1 + 1e-6) * static_cast<double>(item.count - 1))) return std::nullopt;
      return item.count;
    case AxisItem::Kind::logarithmic:
      return distinct ? std::nullopt : std::optional(item.count);
  }
  if (length.low != length.high) return std::nullopt;
  if (distinct && !(is_exact(item.start) && item.step >= 1 && item.step == std::trunc(item.step))) return std::nullopt;
  // The number of steps with what rounding may make of its ends, which must not matter.
  const Interval start = range_of_term(item.start);
  const Interval stop = range_of_term(item.stop);
  const double largest = std::max({std::abs(start.low), std::abs(start.high), std::abs(stop.low), std::abs(stop.high)});
  const bool exact = is_exact(item.start) && is_exact(item.stop);
  const double noise = exact ? 0 : 8 * std::numeric_limits<double>::epsilon() * (largest + length.high) / item.step;
  const double fewest = range_steps(std::max(0.0, length.low / item.step - noise));
  const double most = range_steps(length.high / item.step + noise);
  if (fewest != most || !(most < static_cast<double>(max_combinations))) return std::nullopt;
  return static_cast<std::int64_t>(most) + 1;
}

std::optional<std::int64_t> Box::size_of(const Axis& axis) const {
  if (is_open(axis)) return std::nullopt;
  const std::vector<AxisItem> items = possible_items(axis);
  const bool distinct = drops_repeats(items, is_whole(axis));
  std::int64_t size = 0;
  for (const AxisItem& item : items) {
    const std::optional<std::int64_t> own = makes_sense(item) ? size_of(item, distinct) : std::nullopt;
    if (!own) return std::nullopt;
    size += *own;
  }
  return distinct && !are_apart(items) ? std::nullopt : std::optional(size);
}

std::optional<std::int64_t> Box::combinations_of_a_value() const {
  std::int64_t product = 1;
  for (std::size_t level = level_ + 1; level < Odometer::levels; ++level) {
    const Axis& axis = odometer_.axis(level);
    const std::optional<std::int64_t> size = axis.linked() ? size_of(axis) : odometer_.wheel(level).size();
    if (!size) return std::nullopt;
    if (static_cast<double>(product) * static_cast<double>(*size) > static_cast<double>(max_combinations)) return std::nullopt;
    product *= *size;
  }
  return product;
}

// What stands at the upper or lower end of a parameter whose wheel is further in: the ends that its axis gives it.
std::vector<Term> Box::ends_of(Parameter parameter, bool upper) const {
  std::vector<Term> ends;
  const std::size_t level = level_of_[static_cast<std::size_t>(parameter)];
  if (level > level_)
    for (const AxisItem& item : possible_items(odometer_.axis(level))) ends.push_back(upper ? end_of(item) : item.start);
  return ends;
}

// The end of the range of m - n_c, m being `m` before it is rounded. Where n_c is a link, it is more than its range tells: what its
// axis says of it is put in its place. That n_c is rounded then does not matter where m is rounded too and does not depend on it,
// as rounding keeps order; else it moves the end by up to a half.
double Box::end_beyond_spins(const Term& m, bool upper) const {
  const auto outer = [upper](double a, double b) { return upper ? std::max(a, b) : std::min(a, b); };
  const auto end = [&](const Term& term, double doubt) {
    return upper ? range_of_term(term).high + doubt : range_of_term(term).low - doubt;
  };
  const Term beyond = sum(m, -1, Term::of(Parameter::n_c));
  const double factor = beyond.factor(Parameter::n_c);
  const bool is_rounded = axis_of(Parameter::m).whole == Whole::always;
  const bool keeps_order = is_rounded && !m.refers_to(Parameter::n_c);
  const double direct = end(beyond, is_rounded || is_exact(m) || m.refers_to(Parameter::m) ? 0 : noise_of(beyond));
  double replaced = upper ? -infinity : infinity;
  const std::vector<Term> ends = ends_of(Parameter::n_c, upper == (factor > 0));
  for (const Term& n_c : ends) {
    const double rounding = keeps_order || is_whole(n_c) ? 0 : 0.5 * std::abs(factor);
    const double noise = is_rounded || (is_exact(m) && is_exact(n_c)) ? 0 : noise_of(beyond) + std::abs(factor) * noise_of(n_c);
    replaced = outer(replaced, end(sum(without(beyond, Parameter::n_c), factor, n_c), rounding + noise));
  }
  if (ends.empty()) return direct;
  return upper ? std::min(direct, replaced) : std::max(direct, replaced);
}

// Between which m - n_c lies. A link is more than the ranges of its ends tell: m is looked at as what it is, and as what its axis
// says of it.
Interval Box::up_beyond_spins() const {
  const Term itself = Term::of(Parameter::m);
  Interval best{end_beyond_spins(itself, false), end_beyond_spins(itself, true)};
  Interval linked{infinity, -infinity};
  for (const Term& m : ends_of(Parameter::m, false)) linked.low = std::min(linked.low, end_beyond_spins(m, false));
  for (const Term& m : ends_of(Parameter::m, true)) linked.high = std::max(linked.high, end_beyond_spins(m, true));
  if (linked.low <= linked.high) best = {std::max(best.low, linked.low), std::min(best.high, linked.high)};
  return best;
}

// Of the number of excitations, that of spins being physical.
Box::Physical Box::filling() const {
  constexpr auto most = static_cast<double>(CentralSpin::max_spins);
  // Of so many spins, and of a mode with so many quanta and levels of the battery, no state has more chains than fit.
  constexpr double few_spins = 1900;
  constexpr double few_levels = 40'000;
  const Interval& m = range(Parameter::m);
  const Interval& n_c = range(Parameter::n_c);
  const bool spins = every_charger(has_spins);
  if (m.high < 0 || m.low > most) return Physical::none;
  if (!is_fixed(Parameter::charger)) return Physical::unknown;
  const Interval beyond = spins ? up_beyond_spins() : Interval{m.low - most, m.high - most};
  if (beyond.low >= 1 || (beyond.low > 0 && !are_chains())) return Physical::none;
  if (m.low < 0 || beyond.high > 0) return Physical::unknown;
  // A Dicke or Fock state has a whole number of them.
  const bool may_be_dicke = range(Parameter::charger_state).low == static_cast<double>(ChargerState::dicke);
  if (may_be_dicke && axis_of(Parameter::m).whole != Whole::always) return Physical::unknown;
  if (are_chains()) return Physical::all;
  const bool few = spins ? n_c.high <= few_spins : (m.high + 1) * (range(Parameter::n_b).high + 1) <= few_levels;
  return few ? Physical::all : Physical::unknown;
}

Box::Physical Box::physical() const {
  constexpr auto most_spins = static_cast<double>(CentralSpin::max_spins);
  constexpr double far_from_overflow = 1e250;  // times sqrt of three counts
  const auto is_count = [](const Interval& n) { return n.low >= 1 && n.high <= most_spins; };
  const auto is_no_count = [](const Interval& n) { return n.high < 1 || n.low > most_spins; };
  const auto is_moderate = [](const Interval& x) { return x.low >= -far_from_overflow && x.high <= far_from_overflow; };
  const Interval& n_b = range(Parameter::n_b);
  const Interval& n_c = range(Parameter::n_c);
  const bool spins = every_charger(has_spins);
  const bool no_spins = every_charger(std::not_fn(has_spins));
  const Physical quanta = filling();
  if (is_no_count(n_b) || (spins && is_no_count(n_c)) || quanta == Physical::none || range(Parameter::omega_b).high <= 0)
    return Physical::none;
  const bool energies = range(Parameter::omega_b).low > 0 && is_moderate(range(Parameter::omega_b)) &&
                        is_moderate(range(Parameter::omega_c)) && is_moderate(range(Parameter::coupling)) &&
                        is_moderate(range(Parameter::ising));
  const bool sizes = is_count(n_b) && (no_spins ? n_c.low == 0 && n_c.high == 0 : is_count(n_c));
  const bool all = sizes && quanta == Physical::all && energies;
  return all ? Physical::all : Physical::unknown;
}

// Of every charger from the first to the last in the order of Charger.
bool Box::every_charger(const std::function<bool(Charger)>& holds) const {
  const Interval& chargers = range(Parameter::charger);
  for (double c = chargers.low; c <= chargers.high; ++c)
    if (!holds(static_cast<Charger>(c))) return false;
  return true;
}

bool Box::are_chains() const {
  return range(Parameter::charger_state).high == static_cast<double>(ChargerState::dicke);
}

Interval Box::dims() const {
  const Interval& n_b = range(Parameter::n_b);
  const Interval& m = range(Parameter::m);
  if (!are_chains()) return {1, (every_charger(has_spins) ? std::min(n_b.high, range(Parameter::n_c).high) : n_b.high) + 1};
  return {std::min(n_b.low, m.low) + 1, std::min(n_b.high, m.high) + 1};
}

}  // namespace qbatt
