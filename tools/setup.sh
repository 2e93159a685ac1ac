#!/bin/bash
# Installs the Debian packages that Argot needs, and only those that are missing.
#
#   tools/setup.sh build    to build and serve            (make serve, make build)
#   tools/setup.sh test     that, and to run every test   (make test)
#   tools/setup.sh check    that, and what CI runs        (make check)
#   tools/setup.sh package  build, and to make packages    (make package)
#   tools/setup.sh bench    build, and the benchmarks     (make bench)
#
# As root it installs. Otherwise it shows the packages and uses sudo after a yes. Where nothing is
# missing it says nothing and needs no network. Set ARGOT_SETUP=no to skip it altogether.
set -eu

# "a|b" means that either will do; the first one that the system offers is installed.
build_packages='
  ccache cmake g++ make mold ninja-build pkg-config
  libboost1.81-dev|libboost1.83-dev
  libcli11-dev libcurl4-openssl-dev libfmt-dev libpq-dev libsimdjson-dev libsqlite3-dev
  libssl-dev libtomlplusplus-dev libxml2-dev libzip-dev
  poppler-data poppler-utils'
package_packages='
  dpkg-dev file'
test_packages='
  curl libgmock-dev libgtest-dev nlohmann-json3-dev openssl postgresql-15|postgresql-16
  ceph-common ceph-mon ceph-osd radosgw nginx-light
  python3 python3-venv'
check_packages='
  git
  clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev llvm-19'
bench_packages='
  libbenchmark-dev nlohmann-json3-dev python3 python3-venv nginx-light wrk iproute2 procps git
  curl postgresql-15|postgresql-16 ceph-common ceph-mon ceph-osd radosgw'

usage() {
  echo "usage: tools/setup.sh build|test|check|package|bench" >&2
  exit 2
}

[ $# -eq 1 ] || usage
case "$1" in
  build) wanted="$build_packages" ;;
  test) wanted="$build_packages $package_packages $test_packages" ;;
  check) wanted="$build_packages $package_packages $test_packages $check_packages" ;;
  package) wanted="$build_packages $package_packages" ;;
  bench) wanted="$build_packages $bench_packages" ;;
  *) usage ;;
esac
if [ "${ARGOT_SETUP:-yes}" = no ]; then
  exit 0
fi

# Debian 12 or later, or Ubuntu 24.04 or later. Debian's testing and sid have no number.
supported() {
  [ -r /etc/os-release ] && command -v apt-get >/dev/null || return 1
  (
    . /etc/os-release
    case "${ID:-}" in
      debian) [ -z "${VERSION_ID:-}" ] || [ "${VERSION_ID%%.*}" -ge 12 ] ;;
      ubuntu) [ "${VERSION_ID%%.*}" -ge 24 ] ;;
      *) false ;;
    esac
  )
}

# Words, one a line; an alternative stays one word.
words() { printf '%s\n' $1; }

if ! supported; then
  {
    echo "This script knows Debian 12 or later and Ubuntu 24.04. Here, install what these"
    echo "packages of Debian hold, then run again with ARGOT_SETUP=no in the environment:"
    words "$wanted" | sed 's/|.*//; s/^/  /'
  } >&2
  exit 1
fi

installed=$(dpkg-query --show --showformat='${db:Status-Status} ${binary:Package}\n' |
  sed -n 's/^installed \([^:]*\).*/\1/p')

is_installed() { printf '%s\n' "$installed" | grep -qxF -- "$1"; }

missing=''
for choice in $wanted; do
  found=no
  for package in ${choice//|/ }; do
    if is_installed "$package"; then
      found=yes
      break
    fi
  done
  [ $found = yes ] || missing="$missing $choice"
done

node_note() {
  [ "$1" = check ] || return 0
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p')
  if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
    {
      echo "The tests with the official Node clients need Node.js 20 or later with npm, which this"
      echo "script does not install: see https://nodejs.org/en/download."
    } >&2
  fi
}

if [ -z "$missing" ]; then
  node_note "$1"
  exit 0
fi

as_root=''
if [ "$(id -u)" -ne 0 ]; then
  echo "Argot needs these packages, which are not installed:" >&2
  words "$missing" | sed 's/^/  /' >&2
  if ! command -v sudo >/dev/null; then
    echo "There is no sudo here: run 'tools/setup.sh $1' as root, then try again." >&2
    exit 1
  fi
  if [ ! -t 0 ]; then
    echo "Run 'tools/setup.sh $1' as root or at a terminal, then try again." >&2
    exit 1
  fi
  printf 'Install them with sudo apt-get? [y/N] ' >&2
  read -r answer || answer=''
  case "$answer" in
    y | Y | yes | Yes) as_root='sudo' ;;
    *)
      echo "Nothing was installed." >&2
      exit 1
      ;;
  esac
fi

apt() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 \
    -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

apt update

packages=''
for choice in $missing; do
  chosen=''
  for package in ${choice//|/ }; do
    if apt-cache show --no-all-versions "$package" >/dev/null 2>&1; then
      chosen="$package"
      break
    fi
  done
  if [ -z "$chosen" ]; then
    echo "The package sources of this system offer none of: ${choice//|/, }" >&2
    exit 1
  fi
  packages="$packages $chosen"
done

apt install --yes --no-install-recommends $packages
node_note "$1"
