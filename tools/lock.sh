#!/bin/sh
# Resolves pyproject.toml into hash-pinned lock files that name no registry. Needs `uv`, or UV=/path/to/uv.
set -eu
cd "$(dirname "$0")/.."

lock() {
    output=$1
    shift
    "${UV:-uv}" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-header --no-annotate "$@" --output-file "$output"
}

lock requirements.lock pyproject.toml --group build
lock requirements-dev.lock --constraint requirements.lock pyproject.toml --group build --group dev
lock requirements-node.lock --group node
