#!/bin/sh
# Copies one image by digest, reads back what the registry holds, and prints that digest and nothing else.
#
# Environment: SOURCE repository@sha256:...   TARGET repository   TAG tag of the copy   DIGEST sha256:...
#              RETRY_SECONDS pause before another attempt (5)
# Credentials are found by crane itself: docker's credential helpers, or `crane auth login` beforehand.
set -eu

: "${SOURCE:?must be repository@sha256:...}" "${TARGET:?must be a repository}"
: "${TAG:?must be a tag}" "${DIGEST:?must be sha256:...}"
attempts=3
no_access='unauthorized|denied|forbidden|authentication required|no basic auth|not logged in'

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$@"
    exit 1
}

# The command that logs in to a registry host.
login() {
    case "$1" in
        *.dkr.ecr.*.amazonaws.com*)
            region=${1#*.dkr.ecr.}
            printf 'aws ecr get-login-password --region %s | crane auth login --username AWS' "${region%%.*}" ;;
        *.azurecr.io)
            printf 'az acr login --name %s --expose-token --query accessToken --output tsv' "${1%%.*}"
            printf ' | crane auth login --username 00000000-0000-0000-0000-000000000000' ;;
        *-docker.pkg.dev)
            printf 'gcloud auth print-access-token | crane auth login --username oauth2accesstoken' ;;
        *) printf 'crane auth login --username USER' ;;
    esac
    printf ' --password-stdin %s' "$1"
}

# Ends with the way out when the last error of crane is about access.
refuse_without_access() {
    # Not in the names, which may hold such words: a model may be called access-denied.
    said=$(sed -E 's#https?://[^[:space:]"]+##g' "$errors" | awk -v target="$TARGET" -v source="${SOURCE%@*}" '{
        while (i = index($0, target)) $0 = substr($0, 1, i - 1) substr($0, i + length(target))
        while (i = index($0, source)) $0 = substr($0, 1, i - 1) substr($0, i + length(source))
        print
    }')
    if printf '%s' "$said" | grep -Eqi "$no_access"; then
        cat "$errors" >&2
        say "No access to copy $SOURCE to $TARGET. Log in to both, then run the same command again:"
        say "  $(login "${TARGET%%/*}")"
        fail "  $(login "${SOURCE%%/*}")"
    fi
}

# The digest the target holds under the tag; nothing when it holds none.
held() { crane digest "$TARGET:$TAG" 2>"$errors" || true; }

command -v crane >/dev/null || fail "crane is not on PATH; it comes with the project's tools"
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

came=$(held)
refuse_without_access
if [ "$came" != "$DIGEST" ]; then
    attempt=1
    until crane copy "$SOURCE" "$TARGET:$TAG" >"$errors" 2>&1; do
        refuse_without_access
        if [ "$attempt" -ge "$attempts" ]; then
            cat "$errors" >&2
            fail "Could not copy $SOURCE to $TARGET:$TAG in $attempts attempts."
        fi
        say "Attempt $attempt of $attempts to copy $SOURCE failed; another follows."
        attempt=$((attempt + 1))
        sleep "${RETRY_SECONDS:-5}"
    done
    came=$(held)
    # What was just written may not be read everywhere yet.
    if [ -z "$came" ]; then
        sleep "${RETRY_SECONDS:-5}"
        came=$(held)
    fi
fi
if [ "$came" != "$DIGEST" ]; then
    cat "$errors" >&2
    fail "$TARGET:$TAG holds another image: expected $DIGEST, came ${came:-nothing}."
fi
printf '%s' "$came"
