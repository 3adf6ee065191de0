//! Regions of the world by UN M49, those that the list of countries refers to.

/// M49 code and English name (United Nations Statistics Division, M49 standard), by code.
pub const ALL: &[(u16, &str)] = &[
    (2, "Africa"),
    (9, "Oceania"),
    (15, "Northern Africa"),
    (19, "Americas"),
    (21, "Northern America"),
    (30, "Eastern Asia"),
    (34, "Southern Asia"),
    (35, "South-eastern Asia"),
    (39, "Southern Europe"),
    (53, "Australia and New Zealand"),
    (54, "Melanesia"),
    (57, "Micronesia"),
    (61, "Polynesia"),
    (142, "Asia"),
    (143, "Central Asia"),
    (145, "Western Asia"),
    (150, "Europe"),
    (151, "Eastern Europe"),
    (154, "Northern Europe"),
    (155, "Western Europe"),
    (202, "Sub-Saharan Africa"),
    (419, "Latin America and the Caribbean"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::countries;

    #[test]
    fn every_region_of_a_country_has_a_name_and_every_name_a_country() {
        let named: Vec<u16> = ALL.iter().map(|(m49, _)| *m49).collect();
        assert!(named.is_sorted());
        let mut used: Vec<u16> =
            countries::all().iter().flat_map(|one| [one.region, one.sub_region]).flatten().collect();
        used.sort_unstable();
        used.dedup();
        assert_eq!(used, named);
    }
}
