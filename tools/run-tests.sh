#!/bin/sh
# run-tests.sh: runs test programs one after the other and adds up their cases.
# Usage: run-tests.sh PROGRAM...
#
# A program is a CMocka test ("[       OK ] name") or a script that prints TAP ("ok 1 name").
# One that ends badly without having named a failed case counts as one more failure: a crash is
# never silent. The last line is "N passed, N failed".
set -u

log_dir=build/test
limit=${TEST_TIMEOUT:-900}
passed=0
failed=0
failures=

mkdir -p "$log_dir"
for program; do
	name=$(echo "${program#build/unit/}" | sed 's,^tests/,,; s,/,-,g')
	log=$log_dir/$name.log
	start=$(date +%s)
	case $program in
	*/*) ;;
	*) program=./$program ;;
	esac
	timeout -k 5 "$limit" "$program" >"$log" 2>&1
	status=$?
	good=$(grep -cE '^(\[       OK \]|ok [0-9])' "$log")
	bad=$(grep -cE '^(\[  FAILED  \] [A-Za-z_].*[^:]$|not ok [0-9])' "$log")
	cmocka=$(sed -n 's/^.*\[  FAILED  \] \([0-9][0-9]*\) test(s).*/\1/p' "$log" | tail -n 1)
	[ -z "$cmocka" ] || bad=$cmocka
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
		echo "run-tests: $name ended with status $status" >>"$log"
	fi
	if [ "$status" -eq 0 ] && [ "$((good + bad))" -eq 0 ]; then
		bad=1
		echo "run-tests: $name ran nothing" >>"$log"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	verdict=ok
	if [ "$bad" -ne 0 ]; then
		verdict=FAILED
		failures="$failures $log"
	fi
	printf '%-7s %-48s %4d passed %3d failed %4d s\n' "$verdict" "$name" "$good" "$bad" \
		"$(($(date +%s) - start))"
done

for log in $failures; do
	printf '\n---- %s\n' "$log"
	grep -vE '^\[ RUN      \]|^\[       OK \]|^ok ' "$log" | tail -n 60
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -ne 0 ]
