# awk -f folders.awk cmake/folders.txt LINES: prints of LINES, "file:line:#include …" each, those that go upward or sideways, and those in
# a folder that is not declared.
FNR == NR {
  if ($0 !~ /^#/ && NF > 0) {
    ++rank
    for (i = 1; i <= NF; ++i) rank_of[$i] = rank
  }
  next
}

# The longest declared folder that a path lies in; "" where there is none.
function folder_of(path) {
  while (sub(/\/[^\/]*$/, "", path)) {
    if (path in rank_of) return path
  }
  return ""
}

# Where an include that is written like this points to: from include/, the root or src/.
function target_of(included) {
  if (included ~ /^qbatt\//) return "include/" included
  if (included ~ /^kernels\//) return included
  return "src/" included
}

{
  split($0, part, ":")
  match($0, /"[^"]*"/)
  from = folder_of(part[1])
  to = folder_of(target_of(substr($0, RSTART + 1, RLENGTH - 2)))
  if (from == "" || to == "" || (from != to && rank_of[to] <= rank_of[from])) print
}
