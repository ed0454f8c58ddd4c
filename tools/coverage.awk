#!/usr/bin/awk -f
# coverage.awk: gcovr's table of files as one line a folder, then the files below 80 %; fails below what
# is expected: 95 % of lines, 88 % of branches, 80 % of the lines of each file.
# Usage: coverage.awk coverage.csv
BEGIN { FS = ","; OFS = "\t" }
NR > 1 {
	folder = $1
	gsub(/^src\/|\/[^\/]*$/, "", folder)
	lines[folder] += $2; covered[folder] += $3; branches[folder] += $5; taken[folder] += $6
	lines["all"] += $2; covered["all"] += $3; branches["all"] += $5; taken["all"] += $6
	if ($3 < 0.8 * $2)
		low[$1] = 100 * $3 / $2
}
function percent(part, whole) { return whole ? 100 * part / whole : 100 }
function row(folder) {
	return sprintf("%-16s %5d lines %5.1f %%   %5d branches %5.1f %%", folder, lines[folder],
		percent(covered[folder], lines[folder]), branches[folder], percent(taken[folder], branches[folder]))
}
END {
	for (folder in lines)
		if (folder != "all")
			print row(folder) | "sort"
	close("sort")
	printf "%s\n", row("all")
	for (file in low) {
		printf "below 80 %% of its lines: %s, %.1f %%\n", file, low[file]
		failed = 1
	}
	if (percent(covered["all"], lines["all"]) < 95 || percent(taken["all"], branches["all"]) < 88)
		failed = 1
	exit failed
}
