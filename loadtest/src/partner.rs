//! Another process of this program that is asked by a line of JSON and answers by one.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::process::Process;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A process that was started here and ends with this value.
pub struct Partner {
    child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Partner {
    /// Starts `program` with one argument.
    pub fn start(program: &Path, argument: &str) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg(argument).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("{} could not be started", program.display()))?;
        let questions = child.stdin.take().context("no way to ask")?;
        let answers = BufReader::new(child.stdout.take().context("no way to hear")?).lines();
        Ok(Self { child, questions, answers })
    }

    /// Which process it is.
    pub fn process(&self) -> Result<Process> {
        Ok(Process { pid: self.child.id().context("the process has ended")? })
    }

    /// Asks, and waits for the answer.
    pub async fn ask<A: DeserializeOwned>(&mut self, question: &(impl Serialize + Sync)) -> Result<A> {
        let mut line = serde_json::to_string(question)?;
        line.push('\n');
        self.questions.write_all(line.as_bytes()).await.context("the other process takes no question")?;
        let answer = timeout(PATIENCE, self.answers.next_line()).await.context("the other process does not answer")?;
        let Some(answer) = answer? else { bail!("the other process ended") };
        serde_json::from_str(&answer).with_context(|| format!("the other process answered {answer}"))
    }
}

/// The other side: answers every question on standard input until it ends.
pub fn serve<Q: DeserializeOwned, A: Serialize>(mut answer: impl FnMut(Q) -> Result<A>) -> Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = answer(serde_json::from_str(&line?)?)?;
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}
