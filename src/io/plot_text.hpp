#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace qbatt {

/// Words of an axis or a legend, plain or in gnuplot's enhanced text. Lines are broken between them alone.
class PlotText {
public:
  PlotText() = default;
  /// The words of a plain text, in which no character means anything to gnuplot.
  explicit PlotText(std::string_view plain) { add_plain(plain); }

  PlotText& add_plain(std::string_view text);
  /// A word of enhanced text, as it stands.
  PlotText& add_markup(std::string_view markup);

  /// How many letters are seen of all words.
  [[nodiscard]] std::size_t letters() const;
  [[nodiscard]] bool empty() const { return words_.empty(); }
  /// In gnuplot's double quotes, in lines of about so many letters.
  [[nodiscard]] std::string quoted(std::size_t line_length) const;
  [[nodiscard]] std::size_t lines(std::size_t line_length) const;
  /// The same in one line.
  [[nodiscard]] std::string quoted() const;

private:
  struct Word {
    std::string markup;
    std::size_t length;  // in letters
  };
  std::vector<Word> words_;
};

/// For a line of data: gnuplot leaves out what it finds as "nan".
std::string gnuplot_number(double value);

/// The smallest of 1, 2, 5, 10 … and their tenths that cuts a range, of a length greater than 0, into at most `most` pieces.
double step_of_tics(double range, std::size_t most);

/// What `format` makes of the numbers on an axis from `low` to `high`: powers of ten on a logarithmic one of many decades.
std::string_view axis_format(bool logarithmic, double low, double high);

}  // namespace qbatt
