# The virtual environment in .venv, from hash-pinned locks. Sourced by setup.sh.

# Prints a digest of files and of what else matters; compared with the stamp of the last time.
digest_of() {
    cat "$@" | sha256sum | cut -c 1-64
}

is_stamped() {
    [ "$(cat ".setup/$1" 2>/dev/null)" = "$2" ]
}

stamp() {
    echo "$2" >".setup/$1"
}

install_python_packages() {
    find_python
    run_digest="$(digest_of requirements.lock pyproject.toml) $python_version"
    dev_digest="$(digest_of requirements-dev.lock pyproject.toml) $python_version"
    make_environment
    if [ "$1" = run ]; then
        is_stamped python "$run_digest" || is_stamped python-dev "$dev_digest" || {
            install_lock requirements.lock
            stamp python "$run_digest"
        }
    else
        is_stamped python-dev "$dev_digest" || {
            install_lock requirements-dev.lock
            stamp python-dev "$dev_digest"
        }
    fi
}

find_python() {
    python=${PYTHON:-python3}
    has_program "$python" || stop "There is no $python. Install Python 3.11 or newer: apt-get install python3 python3-venv"
    python_version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "$python is Python $python_version; 3.11 or newer is needed. Name another one: make setup PYTHON=python3.12"
}

make_environment() {
    is_environment_good && return 0
    say "Making .venv with Python $python_version"
    rm -f .setup/python .setup/python-dev
    "$python" -m venv --clear .venv || stop "Python could not make .venv. On Debian: apt-get install python3-venv"
}

is_environment_good() {
    # Its scripts name the place where it was made.
    grep -qF "$PWD/.venv" .venv/bin/activate 2>/dev/null &&
        .venv/bin/python -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' \
            "$python_version" 2>/dev/null
}

install_lock() {
    say "Installing Python packages from $1 into .venv"
    run_pip --require-hashes -r "$1"
    run_pip --no-deps --no-build-isolation --editable .
}

run_pip() {
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --quiet "$@" >.setup/pip.log 2>&1 || {
        tail -n 20 .setup/pip.log >&2
        stop "pip could not install the Python packages; see above."
    }
}

compile_translations() {
    catalogues=$(find webapp/translations -name '*.po' 2>/dev/null | sort)
    [ -n "$catalogues" ] || return 0
    digest=$(digest_of $catalogues)
    if is_stamped translations "$digest" && are_compiled; then
        return 0
    fi
    say "Compiling translations"
    .venv/bin/pybabel --quiet compile --directory webapp/translations >&2 || stop "The translations could not be compiled."
    stamp translations "$digest"
}

are_compiled() {
    for catalogue in $catalogues; do
        [ -e "${catalogue%.po}.mo" ] || return 1
    done
}
