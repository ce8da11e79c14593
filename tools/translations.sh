#!/bin/sh
# Collects the portal's texts and merges them into the catalogues, where new ones wait to be translated.
set -eu
cd "$(dirname "$0")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT

.venv/bin/pybabel --quiet extract --mapping-file babel.cfg --no-location --sort-output \
    --keyword _l --keyword lazy_gettext --output-file "$template" .
.venv/bin/pybabel --quiet update --input-file "$template" --output-dir webapp/translations \
    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
