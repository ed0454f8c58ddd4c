#!/bin/sh
# test-sweep.sh: a sample of `make sweep`: of each file of the stick some values are changed, and a run notices, or there is a reason.
set -u
out=build/test/sweep.txt
mkdir -p build/test

if tools/sweep/sweep.py --sample 2 --seed 7 --directory build/test/sweep >"$out" 2>&1; then
	echo "ok 1 what a run does not notice is explained"
else
	echo "not ok 1 what a run does not notice is explained"
	grep -v ' changes: ' "$out" | sed 's/^/# /'
fi
# A sweep whose changes never arrive on the stick would find nothing to explain either.
if tail -n 1 "$out" | grep -Eq '[0-9]{2,} noticed'; then
	echo "ok 2 and most is noticed: $(tail -n 1 "$out")"
else
	echo "not ok 2 and most is noticed: $(tail -n 1 "$out")"
fi
echo 1..2
