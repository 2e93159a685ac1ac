#!/bin/bash
# Runs what the preset `bench` built: the benchmarks of single parts, then those of the service, of
# checking, of the SDK, of replicas and S3, and of counting tokens; then draws the plots.
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
if [ $# -eq 0 ]; then
  for script in bench/run bench/run_load.py bench/run_check.py bench/run_sdk.py \
    bench/run_fleet.py; do
    echo "=== $script"
    "$script" build/bench/argot
  done
  echo "=== bench/run_tokens.py"
  bench/run_tokens.py
  bench/plots.py
fi
