#!/bin/bash
# Runs what the preset `bench` built: the benchmarks of single parts, then that of the service.
#
#   tools/bench.sh [ARGUMENTS...]     they go to every program, as --benchmark_filter=sha256
set -eu
cd "$(dirname "$0")/.."

for program in build/bench/bench/bench_*; do
  if [ -f "$program" ] && [ -x "$program" ]; then
    echo "=== $program"
    "$program" "$@"
  fi
done
if [ $# -eq 0 ] && [ -x bench/run ]; then
  echo "=== bench/run"
  bench/run build/bench/argot
fi
