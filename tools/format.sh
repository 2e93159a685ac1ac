#!/bin/bash
# Formats every C++ source, or with --check only says which ones need it.
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
  '') mode=(-i) ;;
  --check) mode=(--dry-run -Werror) ;;
  *)
    echo "usage: tools/format.sh [--check]" >&2
    exit 2
    ;;
esac

roots=()
for root in src sdk cli tests fuzz bench examples; do
  [ ! -d "$root" ] || roots+=("$root")
done
[ ${#roots[@]} -gt 0 ] || exit 0

find "${roots[@]}" -name node_modules -prune -o \
  -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.cc' \) -print0 |
  xargs -0 --no-run-if-empty --max-args=16 --max-procs="$(nproc)" clang-format-19 "${mode[@]}"
