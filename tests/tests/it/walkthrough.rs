//! The walk-through of the interface by curl does what it says, line by line.

use std::path::Path;
use std::process::Command;

use tests::{Database, Db, Program, free_port};

/// A block of commands and what they print.
struct Step {
    commands: String,
    prints: String,
}

/// The `sh` blocks of a document, each with the `text` block that follows it at once.
fn steps(document: &str) -> Vec<Step> {
    let (mut steps, mut lines) = (Vec::<Step>::new(), document.lines().peekable());
    let mut adjacent = false;
    while let Some(line) = lines.next() {
        let block = |lines: &mut dyn Iterator<Item = &str>| {
            lines.take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect::<String>()
        };
        match line {
            "```sh" => {
                steps.push(Step { commands: block(&mut lines), prints: String::new() });
                adjacent = true;
            }
            "```text" => {
                assert!(adjacent, "what is printed stands right after what prints it");
                steps.last_mut().expect("commands").prints = block(&mut lines);
                adjacent = false;
            }
            _ => adjacent = false,
        }
    }
    steps
}

async fn walks(database: Database) {
    let mut program = Program::start(database.folder(), &database.data(), &database.url(), free_port(), "warn");
    program.ready().await;
    let secret = program.setup_secret().await;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("docs/walkthrough.md");
    let steps = steps(&std::fs::read_to_string(document).expect("the document"));
    assert!(steps.len() > 10 && steps.iter().filter(|step| !step.prints.is_empty()).count() > 8);
    let script: String = steps.iter().map(|step| format!("{}\nprintf '\\f'\n", step.commands)).collect();
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(database.folder())
        .env("MUSTER", program.http().origin())
        .env("SETUP", secret)
        .output()
        .expect("bash runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    for (step, printed) in steps.iter().zip(said.split('\u{c}')) {
        assert_eq!(printed, step.prints, "after\n{}\n{complained}", step.commands);
    }
    assert!(output.status.success(), "{complained}");
    assert_eq!(said.matches('\u{c}').count(), steps.len(), "every step ran");
}

fn on(db: Db) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(walks(Database::fresh(db)));
}

#[test]
fn the_walk_through_by_curl_does_what_it_says_on_sqlite() {
    on(Db::Sqlite);
}

#[cfg(not(sqlite_only))]
#[test]
fn the_walk_through_by_curl_does_what_it_says_on_postgres() {
    on(Db::Postgres);
}
