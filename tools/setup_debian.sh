# Debian packages, looked for by what they bring, so that programs from elsewhere count too. Sourced by setup.sh.

say() {
    echo "set-up: $*" >&2
}

stop() {
    say "$*"
    exit 1
}

has_program() {
    command -v "$1" >/dev/null 2>&1
}

has_file() {
    for found in "$@"; do
        [ -e "$found" ] && return 0
    done
    return 1
}

# Usage: needs PACKAGE COMMAND…: adds PACKAGE to $missing unless COMMAND succeeds.
needs() {
    package=$1
    shift
    "$@" || missing="$missing $package"
}

list_missing_packages() {
    missing=
    needs ffmpeg has_program ffmpeg
    needs ffmpeg has_program ffprobe
    needs espeak-ng has_program espeak-ng
    needs fonts-dejavu-core has_file /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
    needs fonts-noto-core has_file /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
    needs fonts-noto-cjk has_file /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
    needs util-linux has_program setpriv
    needs python3-venv has_venv
    [ "$1" = --tests ] && list_missing_test_packages
    missing=$(echo "$missing" | tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/^ *//; s/ *$//')
}

list_missing_test_packages() {
    needs postgresql has_file /usr/lib/postgresql/*/bin/initdb
    needs radosgw has_program radosgw
    needs ceph-mon has_program ceph-mon
    needs ceph-osd has_program ceph-osd
    needs ceph-common has_program radosgw-admin
    # The fault bench compiles a clock that jumps.
    needs gcc has_program cc
    needs libc6-dev has_file /usr/include/stdio.h
    needs rabbitmq-server has_file /usr/lib/rabbitmq/bin/rabbitmq-server
    # Playwright's own Node is linked against it.
    needs libatomic1 has_file /usr/lib/*/libatomic.so.1 /lib/*/libatomic.so.1
    # Ubuntu's package only points to a snap; install_browser has another way there.
    is_ubuntu || needs chromium has_chromium
}

has_venv() {
    "${PYTHON:-python3}" -c 'import ensurepip, venv' >/dev/null 2>&1
}

has_chromium() {
    has_program chromium || has_program chromium-browser || has_program google-chrome
}

is_ubuntu() {
    [ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-}" = ubuntu ])
}

install_debian_packages() {
    list_missing_packages "$1"
    [ -n "$missing" ] || return 0
    install="apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing"
    has_program apt-get || stop "This machine has no apt-get. Install what these Debian packages bring: $missing"
    find_root || stop "Run this, then try again: sudo sh -c 'apt-get update && $install'"
    say "Installing Debian packages: $missing"
    # A list that is missing or old names packages that the mirror no longer has: fetch it, then try once more.
    if ! are_lists_there || ! run_apt $install; then
        run_apt apt-get -o DPkg::Lock::Timeout=300 update || stop "apt-get update failed; see above."
        run_apt $install || stop "Debian packages could not be installed; see above. The line was: $install"
    fi
}

are_lists_there() {
    has_file /var/lib/apt/lists/*_Packages*
}

# Sets $as_root to what runs a command as root; fails when nothing does.
find_root() {
    as_root=
    [ "$(id -u)" -ne 0 ] || return 0
    has_program sudo || return 1
    as_root=sudo
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; }
}

run_apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive "$@" >.setup/apt.log 2>&1 || {
        tail -n 20 .setup/apt.log >&2
        return 1
    }
}

install_browser() {
    has_chromium && return 0
    has_file "$HOME"/.cache/ms-playwright/chromium-*/chrome-linux*/chrome && return 0
    find_root || stop "Install a Chromium (“sudo snap install chromium”), then try again."
    say "Installing a Chromium for the browser tests"
    .venv/bin/playwright install --with-deps chromium >.setup/browser.log 2>&1 && return 0
    tail -n 20 .setup/browser.log >&2
    stop "No Chromium could be installed. Install one (“sudo snap install chromium”), then try again."
}
