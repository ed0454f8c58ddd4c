#!/bin/sh
# install-packages.sh: installs those packages of the lists that are missing; does nothing otherwise.
# Usage: install-packages.sh LIST...
#
# A word of a list is one package, or "a|b": the first that this Debian has. What apt says goes to build/deps.log.
set -eu

log=build/deps.log

# missing WORD...: the words of which nothing is installed
missing()
{
	# shellcheck disable=SC2046 # one word each
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $(echo "$*" | tr '|' ' ') 2>/dev/null |
		sed -n 's/^installed //p')
	for word; do
		printf '%s\n' "$installed" | grep -qxE "$word" || echo "$word"
	done
}

# choose WORD...: of each the package to install, as far as Debian's lists know one
choose()
{
	for word; do
		for package in $(echo "$word" | tr '|' ' '); do
			! apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]' || break
		done
		echo "$package"
	done
}

# logged COMMAND...: as root, into the log; its end is shown when it fails
logged()
{
	$as_root env DEBIAN_FRONTEND=noninteractive "$@" >>"$log" 2>&1 </dev/null && return
	tail -n 15 "$log" | sed 's/^/    /' >&2
	echo "deps: failed: $*" >&2
	echo "deps: all that apt said is in $log; are network and package sources (/etc/apt) in order?" >&2
	exit 1
}

words=$(sed 's/#.*//' "$@" | sort -u | xargs)
if ! command -v dpkg-query >/dev/null; then
	echo "deps: no dpkg here; these Debian packages are expected: $words" >&2
	exit 0
fi
# shellcheck disable=SC2086 # one word each
words=$(missing $words | sort | xargs)
[ -n "$words" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
	command -v sudo >/dev/null || {
		echo "deps: neither root nor sudo here; as root: apt-get install --no-install-recommends $words" >&2
		exit 1
	}
	sudo -v # asks for the password where it can be seen
fi
mkdir -p "$(dirname "$log")"
: >"$log"
echo "deps: installing $(echo "$words" | wc -w) packages (log: $log): $words"
logged apt-get -q update
# shellcheck disable=SC2046,SC2086 # one word each
logged apt-get -q install -y --no-install-recommends $(choose $words)
