//! Which countries a position may be in, without a network.
//!
//! The outlines are coarse (kilometres), a phone's fix is too, and at a border both offices must
//! hear. So the answer is generous: every country that holds the position, and every country whose
//! border is nearer than [`NEAR_KM`]. It decides who hears an alarm, nothing about any territory's
//! status. Sources, and the disputed areas where more than one country is named, are in
//! `data/README.md`.

use std::sync::LazyLock;

/// A country whose border is nearer than this, in kilometres, is named too.
pub const NEAR_KM: f64 = 25.0;

/// Kilometres to a degree of latitude.
const KM_PER_DEGREE: f64 = 111.195;

/// Edges in a run: few enough to test quickly, enough to skip most of a coast by its extent.
const RUN_EDGES: usize = 32;

/// The M49 codes of the countries that a position may be in; empty far out at sea.
///
/// `lat` and `lon` are degrees. Countries that hold the position come first, the smaller before
/// the larger (a territory before its state), then the others, nearest first. Anything that
/// is not a position (out of range, not a number) is in no country. A position near the coast is in
/// the country of that coast, at sea too.
pub fn countries_at(lat: f64, lon: f64) -> Vec<u16> {
    if !(-90.0..=90.0).contains(&lat) || !(-180.0..=180.0).contains(&lon) {
        return Vec::new();
    }
    let at = Position::new(lat, lon);
    let mut found: Vec<(f64, u16)> =
        SHAPES.iter().filter_map(|shape| Some((shape.km_outside(&at)?, shape.m49))).collect();
    // Stable: the file has smaller countries first.
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut codes = Vec::with_capacity(found.len());
    for (_, code) in found {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// Read once. A test holds that the embedded file reads.
static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| read(include_bytes!("data/borders.bin")).unwrap_or_default());

/// Longitude and latitude, degrees.
type Vertex = (f64, f64);

/// What is asked about, with the numbers that every outline needs.
struct Position {
    lat: f64,
    lon: f64,
    /// Kilometres to a degree of longitude here.
    km_per_lon: f64,
    /// The reach of [`NEAR_KM`] in degrees.
    reach_lat: f64,
    reach_lon: f64,
}

impl Position {
    fn new(lat: f64, lon: f64) -> Self {
        let km_per_lon = KM_PER_DEGREE * lat.to_radians().cos().max(0.0);
        // At a pole every longitude is near.
        let reach_lon = if km_per_lon < NEAR_KM / 180.0 { 180.0 } else { NEAR_KM / km_per_lon };
        Self { lat, lon, km_per_lon, reach_lat: NEAR_KM / KM_PER_DEGREE, reach_lon }
    }

    /// Kilometres to the edge `a`-`b`, on a plane that touches the globe here: exact to some percent
    /// within the reach. `lon` is the longitude here, moved by whole turns.
    fn km_to(&self, lon: f64, a: Vertex, b: Vertex) -> f64 {
        let plane = |v: Vertex| ((v.0 - lon) * self.km_per_lon, (v.1 - self.lat) * KM_PER_DEGREE);
        let ((ax, ay), (bx, by)) = (plane(a), plane(b));
        let (dx, dy) = (bx - ax, by - ay);
        let length = dx * dx + dy * dy;
        let along = if length > 0.0 { (-(ax * dx + ay * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
        (ax + along * dx).hypot(ay + along * dy)
    }
}

/// The box around some vertices, degrees.
#[derive(Clone, Copy)]
struct Extent {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

impl Extent {
    const NOTHING: Self =
        Self { south: f64::INFINITY, west: f64::INFINITY, north: f64::NEG_INFINITY, east: f64::NEG_INFINITY };

    fn with(self, (lon, lat): Vertex) -> Self {
        Self {
            south: self.south.min(lat),
            west: self.west.min(lon),
            north: self.north.max(lat),
            east: self.east.max(lon),
        }
    }

    /// The position's longitude moved by whole turns, as far as it comes within reach: a border just
    /// across the antimeridian is a whole turn away in degrees, and an outline across it runs on past 180.
    fn turns(&self, at: &Position) -> impl Iterator<Item = f64> + use<> {
        let (west, east) = (self.west - at.reach_lon, self.east + at.reach_lon);
        let in_band = at.lat >= self.south - at.reach_lat && at.lat <= self.north + at.reach_lat;
        let turned = [at.lon, at.lon - 360.0, at.lon + 360.0];
        turned.into_iter().take(if in_band { 3 } else { 0 }).filter(move |lon| (west..=east).contains(lon))
    }
}

/// Up to [`RUN_EDGES`] edges of a ring, one after another.
struct Run {
    extent: Extent,
    vertices: Vec<Vertex>,
}

impl Run {
    /// Whether a line from here to the east crosses these edges an odd number of times.
    fn odd_to_the_east(&self, lat: f64, lon: f64) -> bool {
        if lat < self.extent.south || lat >= self.extent.north || lon >= self.extent.east {
            return false;
        }
        if lon < self.extent.west {
            let above = |vertex: Option<&Vertex>| vertex.is_some_and(|v| v.1 > lat);
            return above(self.vertices.first()) != above(self.vertices.last());
        }
        edges(&self.vertices).filter(|(a, b)| is_crossed(lat, lon, *a, *b)).count() % 2 == 1
    }

    /// Kilometres to the nearest edge, when it may be within reach.
    fn km(&self, at: &Position) -> Option<f64> {
        self.extent
            .turns(at)
            .flat_map(|lon| edges(&self.vertices).map(move |(a, b)| at.km_to(lon, a, b)))
            .min_by(f64::total_cmp)
    }
}

fn edges(vertices: &[Vertex]) -> impl Iterator<Item = (Vertex, Vertex)> {
    vertices.iter().copied().zip(vertices.iter().copied().skip(1))
}

/// Whether a line from here to the east crosses the edge. An end on the line counts as below it.
fn is_crossed(lat: f64, lon: f64, a: Vertex, b: Vertex) -> bool {
    (a.1 > lat) != (b.1 > lat) && lon < a.0 + (lat - a.1) * (b.0 - a.0) / (b.1 - a.1)
}

/// One piece of land with its holes: the position is inside when a line to the east crosses its
/// edges an odd number of times.
struct Shape {
    m49: u16,
    extent: Extent,
    runs: Vec<Run>,
}

impl Shape {
    /// Kilometres from the position to this land, -1 inside; none when it is not within reach.
    fn km_outside(&self, at: &Position) -> Option<f64> {
        self.extent.turns(at).next()?;
        let odd = |lon| self.runs.iter().filter(|run| run.odd_to_the_east(at.lat, lon)).count() % 2 == 1;
        if self.extent.turns(at).any(odd) {
            return Some(-1.0);
        }
        self.runs.iter().filter_map(|run| run.km(at)).min_by(f64::total_cmp).filter(|km| *km < NEAR_KM)
    }
}

/// The outlines in the file that `tools/borders.py` makes and describes; none when it is not whole.
fn read(file: &[u8]) -> Option<Vec<Shape>> {
    let mut rest = file.strip_prefix(b"MBORDERS\x01")?;
    let count = number(&mut rest)?;
    let shapes: Option<Vec<Shape>> = (0..count).map(|_| shape(&mut rest)).collect();
    shapes.filter(|_| rest.is_empty())
}

fn shape(rest: &mut &[u8]) -> Option<Shape> {
    let m49 = u16::try_from(number(rest)?).ok()?;
    let mut runs = Vec::new();
    for _ in 0..number(rest)? {
        let ring = ring(rest)?;
        let starts = (0..ring.len().saturating_sub(1)).step_by(RUN_EDGES);
        runs.extend(starts.map(|start| run(ring.iter().copied().skip(start).take(RUN_EDGES + 1).collect())));
    }
    let corners =
        runs.iter().flat_map(|run| [(run.extent.west, run.extent.south), (run.extent.east, run.extent.north)]);
    let extent = corners.fold(Extent::NOTHING, Extent::with);
    Some(Shape { m49, extent, runs })
}

/// A ring's vertices in degrees, the first one again at the end.
fn ring(rest: &mut &[u8]) -> Option<Vec<Vertex>> {
    let (mut x, mut y) = (0i64, 0i64);
    let mut vertices = Vec::new();
    for _ in 0..number(rest)? {
        x = x.checked_add(step(rest)?)?;
        y = y.checked_add(step(rest)?)?;
        vertices.push((x as f64 / 1000.0, y as f64 / 1000.0));
    }
    vertices.push(*vertices.first()?);
    Some(vertices)
}

fn run(vertices: Vec<Vertex>) -> Run {
    Run { extent: vertices.iter().copied().fold(Extent::NOTHING, Extent::with), vertices }
}

/// An unsigned LEB128 number.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..63).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// A zigzag step: 0, -1, 1, -2, ...
fn step(rest: &mut &[u8]) -> Option<i64> {
    let value = number(rest)?;
    let half = i64::try_from(value >> 1).ok()?;
    Some(if value & 1 == 0 { half } else { -half - 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::countries;

    fn names(lat: f64, lon: f64) -> Vec<&'static str> {
        countries_at(lat, lon).iter().map(|m49| countries::by_m49(*m49).unwrap().iso2.as_str()).collect()
    }

    #[track_caller]
    fn assert_at(lat: f64, lon: f64, expected: &[&str]) {
        let found = names(lat, lon);
        assert!(expected.iter().all(|iso2| found.contains(iso2)), "{lat}, {lon}: {found:?}, not {expected:?}");
    }

    /// Every edge of every shape, without extents or runs.
    fn slowly(lat: f64, lon: f64) -> Vec<u16> {
        let at = Position::new(lat, lon);
        let mut found: Vec<u16> = Vec::new();
        let in_band = |a: Vertex, b: Vertex| a.1.min(b.1) - 1.0 < lat && lat < a.1.max(b.1) + 1.0;
        for shape in SHAPES.iter() {
            let all: Vec<_> =
                shape.runs.iter().flat_map(|run| edges(&run.vertices)).filter(|(a, b)| in_band(*a, *b)).collect();
            let hears = |lon: f64| {
                let crossed = all.iter().filter(|(a, b)| is_crossed(lat, lon, *a, *b)).count();
                crossed % 2 == 1 || all.iter().any(|(a, b)| at.km_to(lon, *a, *b) < NEAR_KM)
            };
            if [lon - 360.0, lon, lon + 360.0].into_iter().any(hears) {
                found.push(shape.m49);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    struct Dice(u64);
    impl Dice {
        fn bits(&mut self) -> u64 {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            self.0 ^ (self.0 >> 29)
        }
        fn between(&mut self, low: f64, high: f64) -> f64 {
            low + (high - low) * (self.bits() >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    #[test]
    fn the_embedded_file_reads_whole_and_every_country_has_an_outline() {
        let shapes = read(include_bytes!("data/borders.bin")).unwrap();
        let missing: Vec<_> = countries::all().iter().filter(|c| shapes.iter().all(|s| s.m49 != c.m49)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(shapes.iter().all(|s| countries::by_m49(s.m49).is_some() && !s.runs.is_empty()));
    }

    #[test]
    fn a_cut_or_foreign_file_is_not_read() {
        let file = include_bytes!("data/borders.bin");
        assert!((0..file.len()).step_by(9973).all(|end| read(&file[..end]).is_none()));
        assert!(read(b"MBORDERS\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").is_none());
    }

    #[test]
    fn every_capital_is_in_its_country() {
        let mut astray = Vec::new();
        for country in countries::all() {
            let Some(capital) = country.capital_at else { continue };
            if !countries_at(capital.lat, capital.lon).contains(&country.m49) {
                astray.push(country.iso2.as_str());
            }
        }
        assert_eq!(astray, Vec::<&str>::new());
    }

    #[test]
    fn at_a_border_both_countries_hear() {
        assert_at(46.204, 6.143, &["CH", "FR"]);
        assert_at(-4.267, 15.283, &["CG", "CD"]);
        assert_at(-4.325, 15.322, &["CG", "CD"]);
        assert_at(-1.679, 29.228, &["CD", "RW"]);
        assert_at(12.113, 15.049, &["TD", "CM"]);
        assert_at(41.903, 12.453, &["VA", "IT"]);
        assert_at(36.14, -5.35, &["GI", "ES"]);
        assert_eq!(names(46.948, 7.447), ["CH"]);
    }

    #[test]
    fn the_country_that_holds_the_position_comes_first() {
        assert_eq!(names(-4.325, 15.322)[0], "CD");
        assert_eq!(names(-29.31, 27.48)[..2], ["LS", "ZA"]);
        assert_eq!(names(-20.88, 55.45)[..2], ["RE", "FR"]);
    }

    #[test]
    fn where_the_ground_is_disputed_both_hear() {
        assert_at(44.95, 34.1, &["UA", "RU"]);
        assert_at(44.6, 33.53, &["UA", "RU"]);
        assert_at(27.15, -13.2, &["EH", "MA"]);
        assert_at(33.0, 35.7, &["SY", "IL"]);
        assert_at(9.59, 28.43, &["SD", "SS"]);
        assert_at(22.22, 36.6, &["SD", "EG"]);
        assert_at(35.5, 77.0, &["IN", "PK"]);
        assert_at(31.78, 35.235, &["PS", "IL"]);
        assert_at(42.66, 21.17, &["RS"]);
        assert_at(9.56, 44.06, &["SO"]);
        assert_at(35.3, 33.3, &["CY"]);
    }

    #[test]
    fn islands_and_territories_are_not_the_sea() {
        let known = "TV -8.52 179.2, TK -9.2 -171.85, CX -10.49 105.62, CC -12.17 96.83, GF 4.92 -52.3, \
                     GP 16.0 -61.73, MQ 14.6 -61.07, YT -12.78 45.22, BQ 12.15 -68.27, BQ 17.48 -62.98, \
                     SJ 78.22 15.65, SJ 70.98 -8.5, ES 35.89 -5.32, MV -0.6 73.09, FM 9.5 138.1, \
                     KI 1.87 -157.43, GR 36.15 29.59, FM 10.02 139.77";
        for place in known.split(", ") {
            let [iso2, lat, lon] = place.split(' ').collect::<Vec<_>>()[..] else { panic!("{place}") };
            assert_at(lat.parse().unwrap(), lon.parse().unwrap(), &[iso2]);
        }
    }

    #[test]
    fn the_antimeridian_is_no_border_and_the_poles_answer() {
        assert_at(-16.8, 179.99, &["FJ"]);
        assert_at(-16.8, -179.99, &["FJ"]);
        assert_at(67.0, 180.0, &["RU"]);
        assert_at(67.0, -180.0, &["RU"]);
        assert_eq!(countries_at(-16.9, 180.0), countries_at(-16.9, -180.0));
        assert_eq!(names(-90.0, 0.0), ["AQ"]);
        assert_eq!(names(-89.9995, 123.0), ["AQ"]);
        assert_eq!(names(90.0, 0.0), Vec::<&str>::new());
    }

    #[test]
    fn the_open_sea_is_in_no_country() {
        for (lat, lon) in [(0.0, -25.0), (-18.0, 85.0), (-45.0, -130.0), (40.0, -40.0), (85.0, 0.0), (20.0, 65.0)] {
            assert_eq!(names(lat, lon), Vec::<&str>::new(), "{lat}, {lon}");
        }
    }

    #[test]
    fn what_is_not_a_position_is_in_no_country() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 180.0001, -180.0001] {
            assert!(countries_at(0.0, odd).is_empty() && countries_at(odd, 10.0).is_empty());
        }
        let mut dice = Dice(7);
        for _ in 0..20_000 {
            let (lat, lon) = (f64::from_bits(dice.bits()), f64::from_bits(dice.bits()));
            let valid = lat.abs() <= 90.0 && lon.abs() <= 180.0;
            assert!(valid || countries_at(lat, lon).is_empty());
            let near_zero = countries_at(lat % 90.0, lon % 180.0);
            assert!(near_zero.len() < 20);
        }
    }

    #[test]
    fn the_quick_answer_is_the_slow_one() {
        let mut dice = Dice(11);
        let anywhere: Vec<_> = (0..100).map(|_| (dice.between(-90.0, 90.0), dice.between(-180.0, 180.0))).collect();
        let capitals = countries::all().iter().filter_map(|c| c.capital_at).map(|p| (p.lat, p.lon));
        let line = (0..20).map(|i| (f64::from(i) * 7.0 - 75.0, if i % 2 == 0 { 179.95 } else { -179.95 }));
        for (lat, lon) in anywhere.into_iter().chain(capitals.step_by(3)).chain(line) {
            let mut quick = countries_at(lat, lon);
            quick.sort_unstable();
            assert_eq!(quick, slowly(lat, lon), "{lat}, {lon}");
        }
    }
}
