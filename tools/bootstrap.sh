#!/bin/sh
# Makes .venv hold exactly what requirements-dev.txt locks. Called by make; all it says goes to stderr.
set -eu
exec >&2
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "error: Python 3.11 or newer is needed; $python is $("$python" --version 2>&1 || echo missing)." \
        "Fix: install it, or name it: make PYTHON=/path/to/python3.11 ..."
    exit 1
fi

# A .venv made by an interpreter that is gone, or whose making was broken off, is made again.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "making .venv with $("$python" --version) ..."
    rm -rf .venv
    "$python" -m venv .venv
fi

wanted=$(sed -n 's/^uv==\([^ ]*\).*/\1/p' tools/uv.txt)
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$wanted" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/uv.txt
fi

echo "installing what requirements-dev.txt locks into .venv ..."
.venv/bin/uv pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.txt
