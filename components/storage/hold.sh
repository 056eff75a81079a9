#!/bin/sh
# Copies one file into a storage, reads back what the storage holds, and prints its SHA-256 and nothing else.
#
# Environment: SOURCE https://... or a remote of rclone   TARGET a remote of rclone   SHA256 64 hex digits
# Credentials are found by rclone itself, where each cloud's own tools leave them.
set -eu

: "${SOURCE:?must be https://... or a remote}" "${TARGET:?must be a remote}" "${SHA256:?must be 64 hex digits}"

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# What the storage holds under the name; nothing when it holds nothing there.
held() {
    rclone cat "$TARGET" >"$part" 2>"$errors" || return 0
    # An absent object is no error to rclone, and reads as nothing.
    if [ -s "$part" ]; then sha256sum "$part" | cut -d ' ' -f 1; fi
}

command -v rclone >/dev/null || fail "rclone is not on PATH; https://rclone.org/install says how to get it"
folder=$(mktemp -d)
part=$folder/part
errors=$folder/errors
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

came=$(held)
if [ "$came" != "$SHA256" ]; then
    case $SOURCE in
        https://*) fetch=copyurl ;;
        *) fetch=copyto ;;
    esac
    rclone "$fetch" "$SOURCE" "$part" >&2 || fail "Could not read $SOURCE."
    [ -f "$part" ] || fail "There is no $SOURCE."
    came=$(sha256sum "$part" | cut -d ' ' -f 1)
    [ "$came" = "$SHA256" ] || fail "$SOURCE is another file: expected $SHA256, came $came."
    rclone copyto "$part" "$TARGET" >&2 || fail "Could not write $TARGET."
    came=$(held)
fi
if [ "$came" != "$SHA256" ]; then
    cat "$errors" >&2
    fail "$TARGET is another file: expected $SHA256, came ${came:-nothing}."
fi
printf '%s' "$came"
