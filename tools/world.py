#!/usr/bin/env python3
"""Makes web/console/views/map/world.ts from Natural Earth's countries at 1:110 million (public domain).

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python3 tools/world.py package server/src/places/data/countries.csv web/console/views/map/world.ts

Reads countries-110m.json of that package, and from the list of countries that the server carries which of them has a
name. The same input gives the same bytes. Needs Python 3.9 and nothing else.

The file holds one JSON text: `arcs`, each a flat list of steps in longitude and latitude (1/100 degree, the first from
0,0); `rings`, each a list of arcs that close a piece of land, ~n is arc n backwards; and `countries`, by turns a country's
two letters and how many of the rings are its own, in the order of the rings. The letters are empty where the list has no
name. Arcs are shared by neighbours, so that a border is drawn once. The map draws who holds the ground: it endorses
nothing.
"""

import csv
import json
import sys

UNITS = 100  # to a degree: about a kilometre, finer than the 1:110 m map


def steps(arc, scale, translate):
    """The points of a quantised arc, as steps in 1/100 degree; points that fall together are dropped."""
    at, x, y, flat = (0, 0), 0, 0, []
    for index, (dx, dy) in enumerate(arc):
        x, y = x + dx, y + dy
        point = (round((x * scale[0] + translate[0]) * UNITS), round((y * scale[1] + translate[1]) * UNITS))
        if index == 0 or point != at:
            flat += [point[0] - at[0], point[1] - at[1]]
            at = point
    return flat


def rings(geometry):
    """The rings of a polygon or of several."""
    if geometry["type"] == "Polygon":
        return geometry["arcs"]
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["arcs"] for ring in polygon]
    raise SystemExit(f"a country is a {geometry['type']}: this tool reads polygons only")


def letters(names):
    """The two letters of every country that the list has a name for, by its number."""
    with open(names, encoding="utf-8", newline="") as file:
        return {int(row["m49"]): row["iso2"] for row in csv.DictReader(file) if row["en"]}


def main(package, names, target):
    with open(f"{package}/countries-110m.json", encoding="utf-8") as file:
        topology = json.load(file)
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    countries, known = topology["objects"]["countries"]["geometries"], letters(names)
    world = {
        "arcs": [steps(arc, scale, translate) for arc in topology["arcs"]],
        "rings": [ring for country in countries for ring in rings(country)],
        "countries": [part for one in countries for part in (known.get(int(one.get("id", 0)), ""), len(rings(one)))],
    }
    text = json.dumps(world, separators=(",", ":"))
    with open(target, "w", encoding="utf-8") as file:
        file.write("// Made by tools/world.py from Natural Earth, 1:110 million, public domain. Do not edit.\n")
        file.write("/** Land and borders of the world, as tools/world.py describes them. */\n")
        file.write(f"export const WORLD =\n  '{text}';\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3])
