#!/bin/sh
# run-fuzz.sh: gives every fuzzer some seconds; a find stays in DIR/finds.
# Usage: run-fuzz.sh DIR SECONDS FUZZER...
set -u

dir=$1
seconds=$2
shift 2
passed=0
failed=0

mkdir -p "$dir/finds"
for fuzzer; do
	name=$(basename "$fuzzer")
	mkdir -p "$dir/corpus/$name"
	seeds=tests/fuzz/seeds/${name#fuzz_}
	[ -d "$seeds" ] || seeds=
	# shellcheck disable=SC2086 # a folder or nothing
	if "$fuzzer" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$dir/finds/$name-" "$dir/corpus/$name" $seeds >"$dir/$name.log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok      %-28s %s runs\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.log")"
	else
		failed=$((failed + 1))
		printf 'FAILED  %s\n' "$name"
		tail -n 40 "$dir/$name.log"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
