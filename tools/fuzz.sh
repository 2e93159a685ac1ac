#!/bin/bash
# Runs every fuzz target for some seconds, starting from its corpus. What it finds is left in
# build/fuzz/found/<target>/; new inputs stay in build/, the corpus is not written to.
#
#   tools/fuzz.sh [SECONDS] [TARGET...]     30 seconds and every target unless told otherwise
#
# SEED=N repeats a run, as far as what it found so far and the time allow.
set -eu
cd "$(dirname "$0")/.."

seconds="${1:-30}"
[ $# -eq 0 ] || shift
build=build/fuzz
# libFuzzer takes 32 bits, and 0 for a seed of its own.
seed="${SEED:-$(($(od -An -N3 -tu4 /dev/urandom) + 1))}"

run_target() {
  local target="$1"
  local program="$build/fuzz/fuzz_$target"
  local grown="$build/grown/$target" found="$build/found/$target"
  mkdir -p "$grown" "$found"
  local corpora=("$grown")
  [ ! -d "fuzz/corpus/$target" ] || corpora+=("fuzz/corpus/$target")
  local extra=()
  [ ! -f "fuzz/$target.dict" ] || extra+=("-dict=fuzz/$target.dict")
  "$program" -max_total_time="$seconds" -seed="$seed" -timeout=10 -rss_limit_mb=1024 \
    -print_final_stats=1 -verbosity=0 -artifact_prefix="$found/" "${extra[@]}" "${corpora[@]}" \
    >"$found/log" 2>&1 || {
    echo "fuzz $target: FAILED"
    tail -n 60 "$found/log"
    return 1
  }
  sed -n "s/^stat::number_of_executed_units: */fuzz $target: $seconds s, runs: /p" "$found/log"
}

if [ $# -eq 0 ]; then
  for program in "$build"/fuzz/fuzz_*; do
    if [ -f "$program" ] && [ -x "$program" ]; then
      set -- "$@" "$(basename "$program" | sed 's/^fuzz_//')"
    fi
  done
fi
# As many at once as there are processors.
at_once=$(nproc)
failures=0
running=0
for target in "$@"; do
  if [ "$running" -eq "$at_once" ]; then
    wait -n || failures=$((failures + 1))
    running=$((running - 1))
  fi
  run_target "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failures=$((failures + 1))
  running=$((running - 1))
done
echo "fuzz: $# targets, seed $seed, $failures failed"
[ "$failures" -eq 0 ]
