#!/usr/bin/env python3
"""Makes server/src/places/data/borders.bin from Natural Earth's countries.

    npm pack world-atlas@2 && tar xzf world-atlas-2.*.tgz
    python3 tools/borders.py package server/src/places/data/borders.bin

Reads countries-50m.json of that package, and from countries-10m.json only what the 1:50m map leaves
out: small countries without a shape, and islands far from every other land of their country. The
same input gives the same bytes. Needs Python 3.9 and nothing else.

The file: "MBORDERS", one byte 1, then unsigned LEB128 numbers: how many shapes; per shape its M49 code
and how many rings; per ring how many points, and per point the step in longitude and in latitude from
the point before (zigzag, 1/1000 degree; the first from 0,0). A ring closes on its first point, and
one that crosses the antimeridian runs on past 180 or -180. A shape is one piece of land with its holes: a
point is inside when it is inside an odd number of rings. A country has many shapes, smaller countries
come first, and shapes of two countries may cover the same ground.
"""

import json
import math
import sys

UNITS = 1000  # to a degree: a step is 111 m or less; the 1:50m map is coarser
FAR_KM = 15.0  # an island of the 1:10m map this far from its country's other land is added

# Shapes that the map gives no code. Kosovo has none in M49, whose Serbia includes it.
UNCODED = {"Somaliland": [706], "Kosovo": [688], "N. Cyprus": [196], "Siachen Glacier": [356, 586]}

# Territories with a code of their own that the map draws as part of a state, or without a code:
# code, name on the map, whether that state hears too, box (south, west, north, east).
TERRITORIES = [
    (254, "France", True, (2.0, -55.0, 6.0, -51.0)),  # French Guiana
    (312, "France", True, (15.7, -62.0, 16.7, -60.9)),  # Guadeloupe
    (474, "France", True, (14.3, -61.4, 15.0, -60.7)),  # Martinique
    (175, "France", True, (-13.1, 44.9, -12.5, 45.5)),  # Mayotte
    (638, "France", True, (-21.6, 55.0, -20.7, 56.0)),  # Reunion
    (535, "Netherlands", True, (11.9, -68.6, 12.5, -68.0)),  # Bonaire
    (535, "Netherlands", True, (17.3, -63.5, 17.8, -62.8)),  # Saba, Sint Eustatius
    (744, "Norway", True, (74.0, 10.0, 81.0, 35.0)),  # Svalbard
    (744, "Norway", True, (70.5, -9.5, 71.5, -7.5)),  # Jan Mayen
    (74, "Norway", True, (-55.0, 3.0, -54.0, 4.0)),  # Bouvet Island
    (772, "New Zealand", True, (-9.7, -173.0, -8.2, -170.8)),  # Tokelau
    (162, "Indian Ocean Ter.", False, (-11.0, 105.0, -10.0, 106.0)),  # Christmas Island
    (166, "Indian Ocean Ter.", False, (-12.5, 96.0, -11.5, 97.5)),  # Cocos (Keeling) Islands
]

# The map draws who holds the ground. Where the United Nations counts it to another country, or leaves it
# open between two, that country's office must hear as well. Coarse on purpose: (longitude, latitude).
ALSO = [
    # Crimea and Sevastopol: Ukraine (General Assembly resolution 68/262).
    (804, [(32.4, 45.3), (33.6, 46.15), (34.5, 46.05), (34.9, 45.8), (35.3, 45.4), (36.7, 45.5), (36.5, 45.0),
           (35.4, 44.9), (34.2, 44.35), (33.7, 44.35), (33.3, 44.55), (33.4, 45.1)]),
    # Western Sahara west of the berm: a Non-Self-Governing Territory with a code of its own.
    (732, [(-13.2, 27.67), (-8.67, 27.67), (-8.67, 26.0), (-12.0, 26.0), (-12.0, 23.45), (-13.0, 23.0),
           (-13.0, 21.33), (-16.95, 21.33), (-17.03, 20.77), (-17.15, 20.9), (-17.0, 21.8), (-16.3, 22.7),
           (-16.0, 23.7), (-15.1, 24.7), (-14.5, 26.1), (-13.4, 27.0)]),
    # Golan: Syrian Arab Republic (Security Council resolution 497).
    (760, [(35.62, 32.7), (35.77, 32.7), (35.9, 32.95), (35.85, 33.3), (35.75, 33.37), (35.62, 33.25)]),
    # Abyei: final status open between Sudan and South Sudan.
    (728, [(27.8, 9.3), (29.0, 9.3), (29.0, 10.2), (27.8, 10.2)]),
    # Hala'ib triangle: held by Egypt, counted to Sudan by its 1902 line.
    (729, [(34.1, 22.0), (36.9, 22.0), (37.2, 21.9), (36.9, 22.5), (35.6, 23.2), (35.4, 22.9)]),
]

# Inhabited islands that both maps leave out: code, latitude, longitude. A box of BOX degrees stands for each.
BOX = 0.1
SMALL = [
    (772, -9.17, -171.82),  # Nukunonu
    (798, -10.79, 179.47),  # Niulakita
    (90, -5.27, 159.35),  # Ontong Java
    (184, -18.05, -163.16),  # Palmerston
    (300, 36.15, 29.59),  # Kastellorizo
    (583, 10.02, 139.77),  # Ulithi
    (583, 7.36, 147.03),  # Satawal
    (583, 7.38, 143.9),  # Woleai
    (584, 11.45, 162.2),  # Enewetak
    (584, 11.23, 169.8),  # Utirik
    (690, -10.15, 51.12),  # Farquhar
]


def read_map(path):
    """Every shape of a TopoJSON file: (code or None, name, polygons as lists of rings of (lon, lat))."""
    with open(path, encoding="utf-8") as file:
        topology = json.load(file)
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(points)

    def ring(indices):
        points = []
        for index in indices:
            piece = arcs[index] if index >= 0 else arcs[~index][::-1]
            points += piece[1:] if points else piece
        return unrolled(points)

    shapes = []
    for geometry in topology["objects"]["countries"]["geometries"]:
        kind = geometry.get("type")
        polygons = [geometry["arcs"]] if kind == "Polygon" else geometry["arcs"] if kind == "MultiPolygon" else []
        code = int(geometry["id"]) if geometry.get("id") else None
        name = geometry["properties"]["name"]
        rings = [[ring(indices) for indices in polygon] for polygon in polygons]
        # The South Pole itself is drawn as a ring of no width; the coast's own ring goes around it.
        rings = [[each for each in polygon if any(y > -89.9 for _, y in each)] for polygon in rings]
        shapes.append((code, name, [polygon for polygon in rings if polygon]))
    return shapes


def unrolled(points):
    """A ring whose longitudes run on past 180 instead of jumping; one around the South Pole goes by -90."""
    out = points[:1]
    for x, y in points[1:]:
        out.append((x - 360 * round((x - out[-1][0]) / 360), y))
    first, last = out[0][0], out[-1][0]
    if abs(last - first) > 180:
        return out + [(last, -90.0), (first, -90.0), out[0]]
    return out


def middle(polygon):
    """The middle of a polygon's box: (longitude, latitude)."""
    xs, ys = zip(*polygon[0])
    return ((min(xs) + max(xs)) / 2 + 180) % 360 - 180, (min(ys) + max(ys)) / 2


def codes_of(code, name, polygon):
    """The codes that a polygon of the map goes under; empty when there is none."""
    x, y = middle(polygon)
    for territory, state, both, (south, west, north, east) in TERRITORIES:
        if state == name and south <= y <= north and west <= x <= east:
            return [territory, code] if both else [territory]
    return [code] if code is not None else UNCODED.get(name, [])


def km(a, b):
    """Rough distance of two (lon, lat) points, good enough to tell an island from a coast."""
    dx = (a[0] - b[0] + 540) % 360 - 180
    return 111.2 * math.hypot(dx * math.cos(math.radians((a[1] + b[1]) / 2)), a[1] - b[1])


def is_far(polygon, land):
    """Whether no point of `polygon` is within FAR_KM of a point of `land`."""
    degrees = FAR_KM / 100
    for point in polygon[0]:
        for other in land:
            if abs(point[1] - other[1]) <= degrees and km(point, other) < FAR_KM:
                return False
    return True


def covers(polygons, point):
    """Whether a polygon list contains the (lon, lat) point."""
    x, y = point
    odd = False
    for polygon in polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
                if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                    odd = not odd
    return odd


def gather(coarse, fine):
    """Code -> polygons, from the coarse map and what it leaves out of the fine one."""
    countries = {}
    for code, name, polygons in coarse:
        for polygon in polygons:
            for each in codes_of(code, name, polygon):
                countries.setdefault(each, []).append(polygon)
    land = {code: [point for polygon in polygons for point in polygon[0]] for code, polygons in countries.items()}
    drawn = {code: list(polygons) for code, polygons in countries.items()}
    added = 0
    for code, name, polygons in fine:
        for polygon in polygons:
            for each in codes_of(code, name, polygon) if code is not None else []:
                if is_far(polygon, land.get(each, [])) and not covers(drawn.get(each, []), polygon[0][0]):
                    countries.setdefault(each, []).append(polygon)
                    added += 1
    print(f"{added} islands and small countries added from the 1:10m map", file=sys.stderr)
    return countries


def number(value):
    """Unsigned LEB128."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def packed_ring(points):
    """A ring as steps of whole units; empty when nothing is left of it."""
    whole = []
    for x, y in points:
        unit = (round(x * UNITS), round(y * UNITS))
        if not whole or unit != whole[-1]:
            whole.append(unit)
    if len(whole) > 1 and whole[0] == whole[-1]:
        whole.pop()
    if len(whole) < 3:
        return b""
    out = bytearray(number(len(whole)))
    last = (0, 0)
    for point in whole:
        for step in (point[0] - last[0], point[1] - last[1]):
            out += number(step * 2 if step >= 0 else -step * 2 - 1)
        last = point
    return bytes(out)


def box_around(lat, lon):
    """A ring around a small island."""
    return [(lon + x * BOX / 2, lat + y * BOX / 2) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))]


def size(polygons):
    """Square degrees of the boxes around a country's pieces: a territory is smaller than its state."""
    total = 0.0
    for polygon in polygons:
        xs, ys = zip(*polygon[0])
        total += (max(xs) - min(xs)) * (max(ys) - min(ys))
    return total


def packed_shape(code, rings):
    """One shape of the file; empty when it is smaller than a unit."""
    packed = [ring for ring in map(packed_ring, rings) if ring]
    if not packed:
        return b""
    return number(code) + number(len(packed)) + b"".join(packed)


def main():
    folder, target = sys.argv[1:]
    countries = gather(read_map(f"{folder}/countries-50m.json"), read_map(f"{folder}/countries-10m.json"))
    shapes = [packed_shape(code, [outline]) for code, outline in ALSO]
    shapes += [packed_shape(code, [box_around(lat, lon)]) for code, lat, lon in SMALL]
    for code in sorted(countries, key=lambda code: (size(countries[code]), code)):
        shapes += [packed_shape(code, polygon) for polygon in countries[code]]
    shapes = [shape for shape in shapes if shape]
    with open(target, "wb") as file:
        file.write(b"MBORDERS\x01" + number(len(shapes)) + b"".join(shapes))
    print(f"{len(shapes)} shapes, {len(countries)} codes", file=sys.stderr)


if __name__ == "__main__":
    main()
