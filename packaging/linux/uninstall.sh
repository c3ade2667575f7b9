#!/bin/sh
# Takes Deskmesh off this PC. What the desk has recorded stays, unless --purge-data is given.
set -eu
target=/opt/deskmesh
purge=no
case "${1-}" in
  "") ;;
  --purge-data) purge=yes ;;
  *) echo "uninstall.sh: $1 is not known; expected --purge-data or nothing" >&2; exit 2 ;;
esac
if [ "$(id -u)" != 0 ]; then
  echo "uninstall.sh: this changes the system. Run it as root: sudo $target/uninstall.sh" >&2
  exit 9
fi
[ -x "$target/deskmesh" ] || { echo "uninstall.sh: Deskmesh is not installed here" >&2; exit 3; }
data=$(cat "$target/data-dir")
"$target/deskmesh" service uninstall
rm -f /usr/local/bin/deskmesh /usr/local/share/man/man1/deskmesh.1
if [ "$purge" = yes ]; then
  rm -rf "$data"
  echo "Removed, with $data."
else
  echo "Removed. $data stays: what this desk has recorded may be nowhere else."
fi
# The links first: what they name is of no use without them.
rm -f "$target" "$target.old" "$target.next"
rm -rf "$target-versions"
