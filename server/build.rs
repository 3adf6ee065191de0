//! The web apps are embedded when the server is compiled: it is compiled anew when they were built anew.

fn main() {
    println!("cargo::rerun-if-changed=../web/dist");
}
