#!/bin/sh
# Installs Deskmesh for this PC: program to /opt/deskmesh, command to /usr/local/bin, a service that starts with the PC.
# Needs root, and no network. Usage: sudo ./install.sh [--data-dir FOLDER] [--identity-dir FOLDER] [--no-service]
set -eu
here=$(dirname "$(readlink -f "$0")")
# A link to the version in use. Each version has a folder of its own and is whole before the link names it, so that a
# PC which is switched off meanwhile has the one or the other.
target=/opt/deskmesh
versions=/opt/deskmesh-versions
data=/var/lib/deskmesh
identity=
service=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --data-dir) data=${2:?"--data-dir: expected a folder"}; shift 2 ;;
    --identity-dir) identity=${2:?"--identity-dir: expected a folder"}; shift 2 ;;
    --no-service) service=no; shift ;;
    *) echo "install.sh: $1 is not known; expected --data-dir, --identity-dir or --no-service" >&2; exit 2 ;;
  esac
done
if [ "$(id -u)" != 0 ]; then
  echo "install.sh: this changes the system. Run it as root: sudo ./install.sh" >&2
  exit 9
fi
if [ -e "$target" ] && [ ! -L "$target" ]; then
  echo "install.sh: $target is a folder, expected a link of this installer or nothing. Remove it first (its uninstall.sh does, and leaves what the desk has recorded). Nothing was changed." >&2
  exit 4
fi
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || {
  echo "install.sh: this package is damaged: unpack it again. Nothing was changed." >&2
  exit 1
}
mkdir -p "$versions"
next=$(mktemp -d "$versions/${here##*/}.XXXXXX")
cp -R "$here/." "$next/"
echo "$data" > "$next/data-dir"
chmod -R u=rwX,go=rX "$next"
sync -f "$next"
# The version before stays, to go back to: deskmesh update back.
if [ -L "$target" ]; then
  ln -sfn "$(readlink "$target")" "$target.next"
  mv -T "$target.next" "$target.old"
fi
ln -sfn "$next" "$target.next"
mv -T "$target.next" "$target"
sync -f "$target/"
# What neither names any more, and what an installation left that was broken off.
for one in "$versions"/*; do
  [ "$one" = "$next" ] || [ "$one" = "$(readlink "$target.old" || true)" ] || rm -rf "$one"
done
mkdir -p /usr/local/bin /usr/local/share/man/man1
ln -sf "$target/deskmesh" /usr/local/bin/deskmesh
ln -sf "$target/app/dist/man/deskmesh.1" /usr/local/share/man/man1/deskmesh.1
if [ "$service" = yes ]; then
  if [ -n "$identity" ]; then
    "$target/deskmesh" service install --data-dir "$data" --identity-dir "$identity"
  else
    "$target/deskmesh" service install --data-dir "$data"
  fi
fi
echo "Installed. Open http://127.0.0.1:8470 on this PC, or: sudo deskmesh doctor"
