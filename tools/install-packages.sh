#!/bin/sh
# install-packages.sh: installs those packages of a list that are missing; does nothing otherwise.
# Usage: install-packages.sh LIST
set -eu

wanted=$(sed 's/#.*//' "$1" | tr -s ' \t\n' ' ')
if ! command -v dpkg-query >/dev/null; then
	echo "deps: no dpkg here; these Debian packages are expected:$wanted" >&2
	exit 0
fi

# shellcheck disable=SC2086 # one word each
present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
	sed -n 's/^installed //p')
missing=
for package in $wanted; do
	case "
$present
" in
	*"
$package
"*) ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

echo "deps: installing$missing"
as_root=
if [ "$(id -u)" != 0 ]; then
	as_root=sudo
fi
$as_root apt-get -q update
# shellcheck disable=SC2086 # one word each; sudo or nothing
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
