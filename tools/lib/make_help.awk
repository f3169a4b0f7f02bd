# The targets of a Makefile with what is behind `##`, in groups: awk -f make_help.awk Makefile. No line has more than 80 columns.
BEGIN {
  FS = ":.*## "
  groups = split("Use it|Operate it|Develop it", titles, "|")
  # What is in neither of the first two is for developers.
  members[1] = " demo deploy ingest down "
  members[2] = " status dlq dashboard trace-demo sam-local up setup "
}

/^[a-z-]+:.*## / {
  for (group = 1; group < groups && index(members[group], " " $1 " ") == 0; group++);
  lines[group] = lines[group] wrapped(sprintf("  make %-11s", $1), $2)
}

END {
  for (group = 1; group <= groups; group++) print titles[group] "\n" lines[group]
  printf "STACK=NAME and PORT=NUMBER choose another stack and port: docs/guides/try-it.md\n"
}

# A text in lines, the first of which begins with `start`, and the others with as many spaces.
function wrapped(start, text,    words, count, word, line, all, indent) {
  indent = sprintf("%" length(start) "s", "")
  count = split(text, words, " ")
  line = start
  for (word = 1; word <= count; word++) {
    if (length(line) + 1 + length(words[word]) > 80) {
      all = all line "\n"
      line = indent
    }
    line = line " " words[word]
  }
  return all line "\n"
}
