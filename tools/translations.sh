#!/bin/sh
# Collects the portal's texts and merges them into the catalogues, where new ones wait to be translated.
# Languages that only speakers read get the texts of the speakers' pages and of nothing else.
set -eu
cd "$(dirname "$0")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT

collect() {  # mapping, languages
    .venv/bin/pybabel --quiet extract --mapping-file "$1" --no-location --sort-output \
        --keyword _l --keyword lazy_gettext --output-file "$template" .
    for language in $2; do
        .venv/bin/pybabel --quiet update --input-file "$template" --output-dir webapp/translations --locale "$language" \
            --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110
    done
}

collect babel.cfg "fr es"
collect babel-speaker.cfg "ar ru"
