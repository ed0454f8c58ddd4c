#!/bin/sh
# run-tests.sh: runs test programs and adds up their cases.
# Usage: [BUILD=build] run-tests.sh PROGRAM...
#
# A program is a CMocka test ("[       OK ] name") or a script that prints TAP ("ok 1 name"). Each CPU takes the next
# program that is left; those that boot machines only the first CPU, so that no machine shares one with another.
# Scripts with a line "# alone: why" run at the end, when nothing else does.
# One that ends badly without having named a failed case counts as one more failure: a crash is
# never silent. The last line is "N passed, N failed".
set -u

build=${BUILD:-build}
log_dir=$build/test
limit=${TEST_TIMEOUT:-900}

log_of()
{
	echo "$log_dir/$(echo "${1#"$build"/unit/}" | sed 's,^tests/,,; s,/,-,g').log"
}

# run_one PROGRAM: leaves its log, and "PASSED FAILED" beside it; prints one line
run_one()
{
	log=$(log_of "$1")
	start=$(date +%s)
	timeout -k 5 "$limit" "$1" >"$log" 2>&1
	status=$?
	good=$(grep -cE '^(\[       OK \]|ok [0-9])' "$log")
	bad=$(grep -cE '^not ok [0-9]' "$log")
	cmocka=$(sed -n 's/^.*\[  FAILED  \] \([0-9][0-9]*\) test(s).*/\1/p' "$log" | tail -n 1)
	[ -z "$cmocka" ] || bad=$cmocka
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
		echo "run-tests: $1 ended with status $status" >>"$log"
	fi
	if [ "$status" -eq 0 ] && [ "$((good + bad))" -eq 0 ]; then
		bad=1
		echo "run-tests: $1 ran nothing" >>"$log"
	fi
	echo "$good $bad" >"$log.count"
	verdict=ok
	[ "$bad" -eq 0 ] || verdict=FAILED
	printf '%-7s %-48s %4d passed %3d failed %4d s\n' "$verdict" "$(basename "$log" .log)" \
		"$good" "$bad" "$(($(date +%s) - start))"
}

# add_up PROGRAM...: the ends of the logs of what failed, then the closing line
add_up()
{
	passed=0
	failed=0
	for program; do
		log=$(log_of "$program")
		read -r good bad <"$log.count" || { good=0 && bad=1; }
		passed=$((passed + good))
		failed=$((failed + bad))
		[ "$bad" -ne 0 ] || continue
		printf '\n---- %s\n' "$log"
		grep -vE '^\[ RUN      \]|^\[       OK \]|^ok ' "$log" | tail -n 60
	done
	# the score of the mutation sweep is worth seeing even when all is well
	for program; do
		grep -h '^mutation:' "$(log_of "$program")"
	done
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -ne 0 ]
}

# work PROGRAM...: runs those that nobody has taken yet
work()
{
	for program; do
		mkdir "$(log_of "$program").taken" 2>/dev/null && run_one "$program"
	done
}

# of KIND PROGRAM...: those of a kind: unit, machine, alone
of()
{
	kind=$1
	shift
	for program; do
		case $program in
		"$build"/unit/*) this=unit ;;
		*) if grep -q '^# alone: ' "$program"; then this=alone; else this=machine; fi ;;
		esac
		[ "$this" != "$kind" ] || echo "$program"
	done
}

mkdir -p "$log_dir"
rm -rf "$log_dir"/*.taken
for program; do
	rm -f "$(log_of "$program").count"
done
units=$(of unit "$@")
# shellcheck disable=SC2046,SC2086 # one word each
work $(of machine "$@") $units &
cpu=1
while [ "$cpu" -lt "$(nproc)" ]; do
	# shellcheck disable=SC2086 # one word each
	work $units &
	cpu=$((cpu + 1))
done
wait
# shellcheck disable=SC2046 # one word each
work $(of alone "$@")
add_up "$@"
