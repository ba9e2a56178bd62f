#!/usr/bin/env bash
# Takes Berlin into an installation of its own, through the command line only.
# bench/berlin_mss/einspielen.sh FOLDER     then: WOHNPLATZ_HOME=FOLDER/var bin/start   (see docs/development/berlin.md)
set -euo pipefail
root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)"
folder="$(mkdir -p "${1:?Aufruf: einspielen.sh ORDNER}" && cd "$1" && pwd)"
export WOHNPLATZ_HOME="$folder/var" WOHNPLATZ_CATALOGUE="$root/bench/berlin_mss/catalogue"
wohnplatz="$root/.venv/bin/wohnplatz"
files="$folder/dateien"

"$root/.venv/bin/python" "$root/bench/berlin_mss.py" "$folder" --files-only
"$wohnplatz" init --name Berlin --key 11000000

take() { # level, rank, file, label, further options
  "$wohnplatz" areas import "$files/$3.geojson" --key schluessel --name name --level "$1" --rank "$2" \
    --code "berlin-$1" --label "$4" --valid-from 14.06.2006 --source "Amt für Statistik Berlin-Brandenburg" "${@:5}"
}
take land 30 land "Land Berlin" --licence dl-de-zero-2.0
take bezirk 20 bezirke Bezirke --parent gehoert_zu --licence dl-de-zero-2.0
take bezirksregion 10 bezirksregionen Bezirksregionen --parent gehoert_zu --licence dl-de-zero-2.0
take planungsraum 0 planungsraeume "Planungsräume (LOR bis 2020)" --parent gehoert_zu --licence dl-de-zero-2.0

"$wohnplatz" setup apply "$files/einrichtung.toml"
for day in 2012-12-31 2014-12-31 2016-12-31; do
  for delivery in afs/einwohnerregister senat/monitoring; do
    number=$("$wohnplatz" delivery receive --json "$delivery/$day" "$files/${delivery#*/}_$day.xlsx" |
      "$root/.venv/bin/python" -c 'import json, sys; print(json.load(sys.stdin)["id"])')
    "$wohnplatz" delivery accept "$number"
  done
done
"$wohnplatz" release make "MSS 2013 bis 2017" --note "Ausgaben 2013, 2015 und 2017"
