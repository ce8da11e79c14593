# The front-end bundles, built with the machine's Node or with the one that PyPI has. Sourced by setup.sh.

build_frontend() {
    [ -f webapp/frontend/package.json ] || return 0
    sources=$(find webapp/frontend -name node_modules -prune -o -type f -print | sort)
    digest=$(digest_of $sources)
    if is_stamped frontend "$digest" && has_file webapp/static/built/* && has_file pipeline/site/assets/*; then
        return 0
    fi
    find_node
    say "Building the front-end with $(node --version)"
    run_npm ci --no-audit --no-fund
    run_npm run build
    stamp frontend "$digest"
}

find_node() {
    has_new_node && return 0
    PATH=$PWD/.venv/bin:$PATH
    export PATH
    has_new_node && return 0
    say "Installing Node from PyPI into .venv"
    run_pip --require-hashes -r requirements-node.lock
    has_new_node || stop "Node 20 or newer with npm is needed to build the front-end, and PyPI's does not run here."
}

has_new_node() {
    has_program node && has_program npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
}

run_npm() {
    (cd webapp/frontend && npm "$@") >.setup/npm.log 2>&1 || {
        tail -n 20 .setup/npm.log >&2
        stop "npm $1 failed; see above."
    }
}
