#include "io/plot_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <utility>

#include "io/gnuplot_style.hpp"
#include "io/plot_thin.hpp"

namespace qbatt {
namespace {

// Fewer points than this are marked one by one.
constexpr std::size_t few_points = 30;

// One value of `by`: its rows.
struct Member {
  double value = 0;
  std::vector<std::size_t> rows;
};

std::vector<Member> members_of(const PlotData& data) {
  std::vector<Member> members;
  if (data.by.empty()) {
    members.resize(1);
    for (std::size_t row = 0; row < data.x.values.size(); ++row) members[0].rows.push_back(row);
    return members;
  }
  const std::vector<double>& by = data.by[0].values;
  const std::vector<double> values = distinct_values(by);
  for (const double value : values) members.push_back({value, {}});
  for (std::size_t row = 0; row < by.size(); ++row)
    if (std::isfinite(by[row])) members[place_of(values, by[row])].rows.push_back(row);
  return members;
}

std::vector<double> at_rows(const std::vector<double>& values, const std::vector<std::size_t>& rows) {
  std::vector<double> chosen;
  chosen.reserve(rows.size());
  for (const std::size_t row : rows) chosen.push_back(values[row]);
  return chosen;
}

bool is_scribble(const std::vector<double>& x) {
  return std::ranges::adjacent_find(x, std::greater_equal<>()) != x.end();
}

class Curves {
public:
  Curves(const PlotRequest& request, PlotData data, std::size_t letters)
      : request_(request), data_(std::move(data)), members_(members_of(data_)), letters_(letters) {
    const auto xs = [&](const Member& member) { return at_rows(data_.x.values, member.rows); };
    marks_alone_ = std::ranges::any_of(members_, is_scribble, xs);
    const bool few = std::ranges::all_of(members_, [](const Member& m) { return m.rows.size() <= few_points; });
    style_ = marks_alone_ ? "points" : few ? "linespoints" : "lines";
    choose_axes();
  }

  [[nodiscard]] std::string script() const {
    std::string text = two_axes() ? "set border 11\nset ytics nomirror\n" : "";
    // gnuplot takes titles that are symbols for longer than they are.
    text += needs_key() ? fmt::format("set key above horizontal Left reverse width {}\n", two_axes() && !data_.by.empty() ? -4 : 0)
                        : "unset key\n";
    text += axis_settings(false) + axis_settings(true);
    if (by_palette())
      text += colour_settings();
    else if (needs_key() && !data_.by.empty() && data_.by[0].symbol.empty())
      fmt::format_to(std::back_inserter(text), "set key title {}\n", data_.by[0].label().quoted());
    for (std::size_t y = 0; y < data_.y.size(); ++y) text += data_block(y);
    return text + "plot " + fmt::format("{}", fmt::join(drawn(), ", ")) + "\n";
  }

private:
  [[nodiscard]] bool by_palette() const { return members_.size() > okabe_ito.size(); }
  [[nodiscard]] bool two_axes() const { return !axis(true).empty(); }
  // The y on an axis.
  [[nodiscard]] std::vector<std::size_t> axis(bool second) const {
    std::vector<std::size_t> mine;
    for (std::size_t y = 0; y < data_.y.size(); ++y)
      if (on_second_[y] == second) mine.push_back(y);
    return mine;
  }
  // Where colours tell nothing else and no axis has several series, the axes name them, in their colours.
  [[nodiscard]] bool needs_key() const {
    if (!data_.by.empty()) return !by_palette() || data_.y.size() > 1;
    return axis(false).size() > 1 || axis(true).size() > 1;
  }

  // Two units, two axes; a third unit cannot have one of its own.
  void choose_axes() {
    on_second_.assign(data_.y.size(), false);
    const std::string& first = data_.y[0].units;
    const auto other = std::ranges::find_if(data_.y, [&](const PlotColumn& y) { return y.units != first; });
    if (other == data_.y.end()) return;
    for (std::size_t y = 0; y < data_.y.size(); ++y) on_second_[y] = data_.y[y].units == other->units;
  }

  // The palette's scale; beside a second axis it is moved away from that.
  [[nodiscard]] std::string colour_settings() const {
    if (!two_axes())
      return fmt::format("set cblabel {}\nset cbtics out nomirror\nset cblabel offset 1\nset rmargin 14\n",
                         data_.by[0].label().quoted(letters_));
    return fmt::format(
        "set cblabel {}\nset cbtics out nomirror\nset rmargin 18\nset colorbox user origin screen 0.86,0.25 size screen "
        "0.025,0.6\n",
        data_.by[0].short_label().quoted(letters_));
  }

  // Label and tics of an axis: its only series, or the unit that its series share.
  [[nodiscard]] std::string axis_settings(bool second) const {
    const std::vector<std::size_t> mine = axis(second);
    if (mine.empty()) return "";
    const std::string_view name = second ? "y2" : "y";
    std::string text = second ? "set y2tics nomirror\n" : "";
    std::string colour;
    if (data_.y.size() > 1 && !needs_key()) {
      colour = fmt::format(" textcolor rgb '{}'", okabe_ito[mine[0] % okabe_ito.size()]);
      fmt::format_to(std::back_inserter(text), "set {}tics{}\n", name, colour);
    }
    if (request_.log_y) {
      std::vector<double> all;
      for (const std::size_t y : mine)
        std::ranges::copy_if(data_.y[y].values, std::back_inserter(all), [](double v) { return v > 0 && std::isfinite(v); });
      if (!all.empty()) {
        const auto [low, high] = std::ranges::minmax(all);
        fmt::format_to(std::back_inserter(text), "set logscale {0}\nset format {0} '{1}'\n", name, axis_format(true, low, high));
      }
    }
    PlotText label = data_.y[mine[0]].label();
    if (mine.size() > 1) {
      const std::string& units = data_.y[mine[0]].units;
      const bool one_unit = std::ranges::all_of(mine, [&](std::size_t y) { return data_.y[y].units == units; });
      label = one_unit && units != "1" ? PlotText(units) : PlotText();
    }
    const std::string_view away = !second && label.lines(letters_) > 1 ? " offset -1\nset lmargin 11" : "";
    return text + fmt::format("set {}label {}{}{}\n", name, label.quoted(letters_), colour, away);
  }

  // One block a member: x, y and the value of `by`.
  [[nodiscard]] std::string data_block(std::size_t y) const {
    std::vector<std::string> blocks;
    for (const Member& member : members_) {
      const std::vector<double> own_x = at_rows(data_.x.values, member.rows), own_y = at_rows(data_.y[y].values, member.rows);
      const std::vector<std::size_t> seen =
          marks_alone_ ? seen_of_marks(own_x, own_y, request_.log_x, request_.log_y) : seen_of_line(own_x, own_y, request_.log_x);
      std::string block;
      for (const std::size_t i : seen)
        block += gnuplot_number(own_x[i]) + gnuplot_number(own_y[i]) + gnuplot_number(member.value) + '\n';
      blocks.push_back(std::move(block));
    }
    return fmt::format("$y{} << END_OF_DATA\n{}END_OF_DATA\n", y + 1, fmt::join(blocks, "\n\n"));
  }

  [[nodiscard]] std::string title_of_y(std::size_t y) const {
    PlotText title = data_.by.empty() ? data_.y[y].label() : data_.y[y].short_label();
    if (two_axes()) title.add_plain(on_second_[y] ? "(right)" : "(left)");
    return title.quoted();
  }

  [[nodiscard]] std::string title_of_member(const Member& member) const {
    const PlotColumn& by = data_.by[0];
    if (by.symbol.empty()) return fmt::format("\"{}\"", by.in_words(member.value));
    return PlotText().add_markup(by.symbol).add_plain(fmt::format("= {}", member.value)).quoted();
  }

  [[nodiscard]] std::string curve(std::size_t y, std::size_t member, std::string_view looks, const std::string& title) const {
    const std::string rows = members_.size() > 1 && !by_palette() ? fmt::format(" index {}", member) : "";
    return fmt::format("$y{}{} using 1:2{} axes x1y{} with {} {} {}", y + 1, rows, by_palette() ? ":3" : "", on_second_[y] ? 2 : 1,
                       style_, looks, title.empty() ? "notitle" : "title " + title);
  }

  // Where colours tell the values of `by`. gnuplot takes marks of lines for an error.
  [[nodiscard]] std::string looks_of_y(std::size_t y) const {
    const std::string dash = fmt::format("dt {}", dashes(y + 1));
    return style_ == "lines" ? dash : fmt::format("{} pt {}", dash, mark(y + 1));
  }

  // What `plot` draws, entries of the key included.
  [[nodiscard]] std::vector<std::string> drawn() const {
    const bool several_y = data_.y.size() > 1;
    std::vector<std::string> parts;
    for (std::size_t y = 0; y < data_.y.size(); ++y) {
      if (data_.by.empty()) {
        parts.push_back(curve(y, 0, fmt::format("lt {}", y + 1), title_of_y(y)));
      } else if (by_palette()) {
        parts.push_back(curve(y, 0, fmt::format("lt {} lc palette", y + 1), several_y ? title_of_y(y) : ""));
      } else {
        for (std::size_t m = 0; m < members_.size(); ++m) {
          const std::string looks = several_y ? fmt::format("lt {} {}", m + 1, looks_of_y(y)) : fmt::format("lt {}", m + 1);
          parts.push_back(curve(y, m, looks, several_y ? "" : title_of_member(members_[m])));
        }
      }
    }
    if (!several_y || data_.by.empty() || by_palette()) return parts;
    for (std::size_t m = 0; m < members_.size(); ++m)
      parts.push_back(fmt::format("keyentry with lines lt {} dt solid title {}", m + 1, title_of_member(members_[m])));
    for (std::size_t y = 0; y < data_.y.size(); ++y) {
      parts.push_back(
          fmt::format("keyentry with {} lt {} lc rgb '#555555' {} title {}", style_, y + 1, looks_of_y(y), title_of_y(y)));
    }
    return parts;
  }

  const PlotRequest& request_;
  PlotData data_;
  std::vector<Member> members_;
  std::size_t letters_;
  std::string_view style_;
  bool marks_alone_ = false;
  std::vector<bool> on_second_;
};

}  // namespace

std::string curves_script(const PlotRequest& request, PlotData data, std::size_t letters_along_y) {
  return Curves(request, std::move(data), letters_along_y).script();
}

}  // namespace qbatt
