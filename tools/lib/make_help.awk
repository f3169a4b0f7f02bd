# Prints the targets of a Makefile and their texts after `##`, in groups, at most 80 columns wide: awk -f make_help.awk Makefile
BEGIN {
  FS = ":.*## "
  groups = split("Use it|Operate it|Develop it", titles, "|")
  # Every target that is in neither of the first two groups is in the third.
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

# Breaks a text into lines. The first begins with `start`, the others with as many spaces.
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
