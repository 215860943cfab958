#!/bin/sh
# Builds .venv from requirements.lock, once: the second call finds its stamps and says nothing.
set -eu
cd "$(dirname "$0")/.."

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$name" > /dev/null 2>&1 && suitable "$name"; then
            echo "$name"
            return 0
        fi
    done
    echo "Il manque Python 3.11 ou plus récent (Debian, Ubuntu : « apt install python3 python3-venv » ; macOS : « brew install python »)." >&2
    echo "S'il est ailleurs : « make setup PYTHON=/chemin/vers/python3 »." >&2
    return 1
}

quietly() { # a command whose output is shown only when it fails
    if ! output=$("$@" 2>&1); then
        printf '%s\n' "$output" >&2
        echo "La préparation de .venv a échoué, voir ci-dessus ; « make clean » puis « make setup » repart de zéro." >&2
        exit 1
    fi
}

sum() { cat "$@" | cksum | tr ' ' '-'; }

install() { quietly .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps "$@"; }

if ! suitable .venv/bin/python; then
    python=$(find_python)
    if ! "$python" -c 'import venv, ensurepip' > /dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        echo "Python $version est là, mais sans son module venv (Debian, Ubuntu : « apt install python$version-venv »)." >&2
        exit 1
    fi
    echo "Palier : préparation de .venv, une minute ou deux la première fois…"
    rm -rf .venv
    quietly "$python" -m venv .venv
fi

stamp=$(sum requirements.lock)
if [ "$(cat .venv/stamp-lock 2> /dev/null)" != "$stamp" ]; then
    echo "Palier : installation des bibliothèques de requirements.lock…"
    install --require-hashes -r requirements.lock
    echo "$stamp" > .venv/stamp-lock
fi

stamp=$(sum pyproject.toml requirements.lock)
if [ "$(cat .venv/stamp-project 2> /dev/null)" != "$stamp" ]; then
    install --no-build-isolation --editable .
    echo "$stamp" > .venv/stamp-project
    echo "Palier : .venv est prêt."
fi

stamp=$(cat content/understanding/examples/*.txt content/understanding/examples/near/*.txt content/understanding/*.py | cksum | tr ' ' '-')
if [ "$(cat .venv/stamp-learnt 2> /dev/null)" != "$stamp" ]; then
    echo "Palier : apprentissage de la lecture des messages, vingt secondes…"
    quietly .venv/bin/python -m content.understanding.learnt
    echo "$stamp" > .venv/stamp-learnt
fi
