//! `MUSTER_TEST_ONLY=sqlite` leaves the PostgreSQL half of the suite out of the build, so that what
//! did not run is not counted as passed.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=MUSTER_TEST_ONLY");
    if std::env::var("MUSTER_TEST_ONLY").is_ok_and(|only| only == "sqlite") {
        println!("cargo:rustc-cfg=sqlite_only");
    }
}
