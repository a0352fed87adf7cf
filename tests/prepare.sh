#!/bin/sh
# Gets what some tests need beyond Python, where this machine lets us: a browser for the pages, node packages for Gephi's
# format and a SPARQL engine as client, a triple store to push to. What cannot be had is no failure: those tests then skip
# and say why.
set -u
venv=${1:-.venv}

if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1 ||
            echo "prepare: no chromium from apt" >&2
    elif ! "$venv/bin/python" -m playwright install chromium >/dev/null 2>&1; then
        echo "prepare: no browser; the tests of the page will skip" >&2
    fi
fi

if command -v npm >/dev/null; then
    [ -d "$venv/node/node_modules/graphology-gexf" ] ||
        npm install --silent --no-audit --no-fund --prefix "$venv/node" graphology@0.26 graphology-gexf@0.13 @xmldom/xmldom@0.9 axe-core@4 ||
        echo "prepare: no node packages; the tests with graphology will skip" >&2
    [ -d "$venv/node/node_modules/@comunica/query-sparql" ] ||
        npm install --silent --no-audit --no-fund --prefix "$venv/node" @comunica/query-sparql@4 ||
        echo "prepare: no Comunica; the tests with it will skip" >&2
else
    echo "prepare: no npm; the tests with graphology and Comunica will skip" >&2
fi

if ! command -v virtuoso-t >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin; } >/dev/null 2>&1 ||
            echo "prepare: no Virtuoso from apt; the tests that push to it will skip" >&2
    else
        echo "prepare: no Virtuoso; the tests that push to it will skip" >&2
    fi
fi
exit 0
