//! Outlines of zones and areas: one GeoJSON polygon (RFC 7946, 3.1.6) without holes.

use wire::zones::{Boundary, Centre, Shape};

use crate::kernel::field::Invalid;

/// Fewest points of a ring, the first one again at the end.
const FEWEST: usize = 4;

/// Most points of a ring.
const MOST: usize = 500;

/// Smallest outline, in square degrees: some 100 m2 at the equator. Less is a line.
const SMALLEST: f64 = 1e-8;

/// Longitude and latitude, degrees.
type Point = (f64, f64);

/// An outline that may be kept. Only [`Outline::new`] and [`Outline::stored`] make one.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    ring: Vec<Point>,
}

impl Outline {
    /// Checks every rule of [`Boundary`].
    pub fn new(boundary: &Boundary) -> Result<Self, Invalid> {
        let [ring] = boundary.coordinates.as_slice() else {
            return Err(wrong("Give one ring of points; an outline has no holes."));
        };
        if !(FEWEST..=MOST).contains(&ring.len()) {
            return Err(wrong("Give 4 to 500 points, the last the same as the first."));
        }
        let ring: Vec<Point> = ring.iter().map(|point| checked(point)).collect::<Result<_, _>>()?;
        if ring.first() != ring.last() {
            return Err(wrong("Close the ring: its last point is the same as its first."));
        }
        if edges(&ring).any(|(a, b)| (a.0 - b.0).abs() > 180.0) {
            return Err(wrong("No edge may cross the antimeridian: give each side a zone or area of its own."));
        }
        if edges(&ring).any(|(a, b)| a == b) {
            return Err(wrong("Leave out points that repeat the one before."));
        }
        if crosses_itself(&ring) {
            return Err(wrong("Two edges cross or touch: give the points in the order in which one walks around."));
        }
        if doubled_area(&ring).abs() / 2.0 < SMALLEST {
            return Err(wrong("The outline has no area."));
        }
        Ok(Self { ring })
    }

    /// As it was kept; none when it does not read.
    pub fn stored(text: &str) -> Option<Self> {
        Self::new(&serde_json::from_str(text).ok()?).ok()
    }

    /// As it is kept: GeoJSON text.
    pub fn text(&self) -> String {
        serde_json::to_string(&self.boundary()).unwrap_or_default()
    }

    /// As the interface shows it.
    pub fn boundary(&self) -> Boundary {
        let ring = self.ring.iter().map(|(lon, lat)| vec![*lon, *lat]).collect();
        Boundary { shape: Shape::Polygon, coordinates: vec![ring] }
    }

    /// The middle: the centre of gravity of its area, on a plane of degrees.
    pub fn centre(&self) -> Centre {
        // From the first point on: far from zero the products would lose their last digits.
        let origin = self.ring.first().copied().unwrap_or_default();
        let (mut lon, mut lat) = (0.0, 0.0);
        for (a, b) in edges(&self.ring) {
            let (a, b) = ((a.0 - origin.0, a.1 - origin.1), (b.0 - origin.0, b.1 - origin.1));
            let cross = a.0 * b.1 - b.0 * a.1;
            lon += (a.0 + b.0) * cross;
            lat += (a.1 + b.1) * cross;
        }
        let six_areas = 3.0 * doubled_area(&self.ring);
        Centre { lat: origin.1 + lat / six_areas, lon: origin.0 + lon / six_areas }
    }
}

fn wrong(why: &str) -> Invalid {
    Invalid::new("/boundary", why)
}

fn checked(point: &[f64]) -> Result<Point, Invalid> {
    match point {
        [lon, lat] if (-180.0..=180.0).contains(lon) && (-90.0..=90.0).contains(lat) => Ok((kept(*lon), kept(*lat))),
        [_, _] => Err(wrong("Give each point as degrees east (-180 to 180), then degrees north (-90 to 90).")),
        _ => Err(wrong("Give each point as two numbers: degrees east, then degrees north.")),
    }
}

/// To 7 decimals: a centimetre, and a number that reads as it was written.
fn kept(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + Clone {
    ring.iter().copied().zip(ring.iter().copied().skip(1))
}

/// Twice the area within, in square degrees; negative when one walks clockwise.
fn doubled_area(ring: &[Point]) -> f64 {
    let origin = ring.first().copied().unwrap_or_default();
    edges(ring).map(|(a, b)| (a.0 - origin.0) * (b.1 - origin.1) - (b.0 - origin.0) * (a.1 - origin.1)).sum()
}

/// Whether two edges meet anywhere but where one ends and the next begins.
fn crosses_itself(ring: &[Point]) -> bool {
    let last = ring.len().saturating_sub(2);
    edges(ring).enumerate().any(|(at, one)| {
        edges(ring).enumerate().skip(at + 1).any(|(other_at, other)| {
            let next = other_at == at + 1;
            let around = at == 0 && other_at == last;
            match (next, around) {
                (false, false) => meet(one, other),
                // Neighbours share a point; they overlap when one runs back along the other.
                (true, _) => runs_back(one.0, one.1, other.1),
                (_, true) => runs_back(other.0, one.0, one.1),
            }
        })
    })
}

/// Which side of the line `a`-`b` a point is on: positive left, negative right, zero on it.
fn side(a: Point, b: Point, point: Point) -> f64 {
    (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0)
}

/// Whether a point that is on the line `a`-`b` is between its ends.
fn between(a: Point, b: Point, point: Point) -> bool {
    (a.0.min(b.0)..=a.0.max(b.0)).contains(&point.0) && (a.1.min(b.1)..=a.1.max(b.1)).contains(&point.1)
}

fn meet((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let (ac, ad, ca, cb) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b));
    if ac * ad < 0.0 && ca * cb < 0.0 {
        return true;
    }
    (ac == 0.0 && between(a, b, c))
        || (ad == 0.0 && between(a, b, d))
        || (ca == 0.0 && between(c, d, a))
        || (cb == 0.0 && between(c, d, b))
}

/// Whether the way from `a` over `turn` to `b` goes back along itself.
fn runs_back(a: Point, turn: Point, b: Point) -> bool {
    let straight = side(a, turn, b) == 0.0;
    straight && (turn.0 - a.0) * (b.0 - turn.0) + (turn.1 - a.1) * (b.1 - turn.1) < 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(points: &[(f64, f64)]) -> Boundary {
        Boundary {
            shape: Shape::Polygon,
            coordinates: vec![points.iter().map(|(lon, lat)| vec![*lon, *lat]).collect()],
        }
    }

    /// A regular shape of that many corners.
    fn round(corners: usize, lon: f64, lat: f64, radius: f64) -> Boundary {
        let corner = |at: usize| {
            let angle = std::f64::consts::TAU * (at % corners) as f64 / corners as f64;
            (lon + radius * angle.cos(), lat + radius * angle.sin())
        };
        ring(&(0..=corners).map(corner).collect::<Vec<_>>())
    }

    fn why(boundary: &Boundary) -> String {
        let invalid = Outline::new(boundary).unwrap_err();
        assert_eq!(invalid.field, "/boundary");
        invalid.why
    }

    #[test]
    fn a_square_is_kept_and_has_its_middle() {
        let square = ring(&[(36.0, -2.0), (37.0, -2.0), (37.0, -1.0), (36.0, -1.0), (36.0, -2.0)]);
        let outline = Outline::new(&square).unwrap();
        assert_eq!(outline.boundary(), square);
        assert_eq!(Outline::stored(&outline.text()), Some(outline.clone()));
        let centre = outline.centre();
        assert!((centre.lon - 36.5).abs() < 1e-9 && (centre.lat + 1.5).abs() < 1e-9, "{centre:?}");
    }

    #[test]
    fn four_to_five_hundred_points_are_taken() {
        assert!(Outline::new(&round(3, 10.0, 10.0, 1.0)).is_ok());
        assert!(Outline::new(&round(499, 10.0, 10.0, 1.0)).is_ok());
        assert!(why(&round(500, 10.0, 10.0, 1.0)).contains("4 to 500"));
        assert!(why(&round(2, 10.0, 10.0, 1.0)).contains("4 to 500"));
        assert!(why(&ring(&[])).contains("4 to 500"));
    }

    #[test]
    fn rings_that_cannot_be_are_refused() {
        assert!(why(&ring(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])).contains("Close the ring"));
        assert!(why(&ring(&[(0.0, 0.0), (1.0, 0.0), (181.0, 1.0), (0.0, 0.0)])).contains("degrees east"));
        assert!(why(&ring(&[(0.0, 0.0), (1.0, 91.0), (1.0, 1.0), (0.0, 0.0)])).contains("degrees east"));
        assert!(why(&ring(&[(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0), (0.0, 0.0)])).contains("degrees east"));
        assert!(why(&ring(&[(179.0, 0.0), (-179.0, 0.0), (179.0, 1.0), (179.0, 0.0)])).contains("antimeridian"));
        assert!(why(&ring(&[(0.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)])).contains("repeat"));
        let bow = [(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)];
        assert!(why(&ring(&bow)).contains("cross"));
        let spike = [(0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];
        assert!(why(&ring(&spike)).contains("cross"));
        let back = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 0.0)];
        assert!(why(&ring(&back)).contains("cross"));
        assert!(why(&ring(&[(0.0, 0.0), (1e-5, 0.0), (1e-5, 1e-5), (0.0, 0.0)])).contains("no area"));
        let three = Boundary { coordinates: vec![vec![vec![0.0, 0.0, 5.0]; 4]], ..ring(&[]) };
        assert!(why(&three).contains("two numbers"));
        let holed = Boundary { coordinates: vec![round(4, 0.0, 0.0, 2.0).coordinates[0].clone(); 2], ..ring(&[]) };
        assert!(why(&holed).contains("no holes"));
    }

    proptest! {
        #[test]
        fn the_middle_of_a_round_outline_is_its_middle_wherever_it_is(
            corners in 3..200_usize, lon in -170.0..170.0_f64, lat in -80.0..80.0_f64, radius in 0.01..5.0_f64,
        ) {
            let centre = Outline::new(&round(corners, lon, lat, radius)).unwrap().centre();
            prop_assert!((centre.lon - lon).abs() < 1e-6 && (centre.lat - lat).abs() < 1e-6);
        }

        #[test]
        fn an_outline_reads_as_it_was_kept(corners in 3..60_usize, lon in -170.0..170.0_f64, lat in -80.0..80.0_f64) {
            let outline = Outline::new(&round(corners, lon, lat, 0.5)).unwrap();
            prop_assert_eq!(Outline::stored(&outline.text()), Some(outline));
        }
    }
}
