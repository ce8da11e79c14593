#!/bin/sh
# Sets up this checkout: Debian packages, .venv, front-end bundles, translations. What is up to date is left alone.
#   sh tools/setup.sh           what running needs
#   sh tools/setup.sh --dev     and the programs of `make check`
#   sh tools/setup.sh --tests   and everything that the test suite starts
set -eu
cd "$(dirname "$0")/.."

mode=${1:-run}
case $mode in
    run | --dev | --tests) ;;
    *)
        echo "set-up: “$mode” is not known; use --dev, --tests or nothing." >&2
        exit 2
        ;;
esac

. tools/setup_debian.sh
. tools/setup_python.sh
. tools/setup_frontend.sh

mkdir -p .setup
install_debian_packages "$mode"
install_python_packages "$mode"
if [ "$mode" = --tests ]; then
    install_browser
fi
build_frontend
compile_translations
