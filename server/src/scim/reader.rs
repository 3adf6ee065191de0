//! Reading filters, piece by piece.

use serde_json::Value;

use super::Refusal;
use super::filter::{Filter, Op, truth};
use super::path::Name;

/// Deepest nesting of parentheses, brackets and `not`.
const DEEPEST: usize = 20;

/// Most comparisons.
const MOST: usize = 60;

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Word(String),
    Text(String),
    Odd,
    End,
}

/// Reads a filter from left to right.
pub(super) struct Reader<'a> {
    rest: &'a str,
    compared: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text, compared: 0 }
    }

    /// A filter and nothing after it.
    pub(super) fn whole(text: &'a str) -> Result<Filter, Refusal> {
        let mut reader = Self::new(text);
        let filter = reader.either(0)?;
        match reader.next() {
            Token::End => Ok(filter),
            _ => Err(reader.odd()),
        }
    }

    /// The filter up to the closing bracket, and what follows it.
    pub(super) fn within_brackets(text: &'a str) -> Result<(Filter, &'a str), Refusal> {
        let mut reader = Self::new(text);
        let filter = reader.either(0)?;
        match reader.next() {
            Token::CloseBracket => Ok((filter, reader.rest)),
            _ => Err(reader.odd()),
        }
    }

    fn odd(&self) -> Refusal {
        Refusal::filter(
            "The filter is not understood. Write it as in userName eq \"a@b.example\" and active eq true; texts in double \
             quotes.",
        )
    }

    fn next(&mut self) -> Token {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else { return Token::End };
        let single = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '[' => Some(Token::OpenBracket),
            ']' => Some(Token::CloseBracket),
            _ => None,
        };
        if let Some(single) = single {
            self.skip(1);
            return single;
        }
        if first == '"' {
            return self.text();
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(self.rest.len());
        let word = self.rest.get(..end).unwrap_or_default().to_owned();
        self.skip(end);
        Token::Word(word)
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// A text in quotes, as JSON writes it.
    fn text(&mut self) -> Token {
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    let text = self.rest.get(..=at).unwrap_or_default();
                    let read = serde_json::from_str(text);
                    self.skip(at + 1);
                    return read.map_or(Token::Odd, Token::Text);
                }
                _ => {}
            }
        }
        Token::Odd
    }

    /// Whether this word is next; it is taken.
    fn takes(&mut self, word: &str) -> bool {
        let before = self.rest;
        if matches!(self.next(), Token::Word(found) if found.eq_ignore_ascii_case(word)) {
            return true;
        }
        self.rest = before;
        false
    }

    fn either(&mut self, depth: usize) -> Result<Filter, Refusal> {
        let mut filter = self.both(depth)?;
        while self.takes("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both(depth)?));
        }
        Ok(filter)
    }

    fn both(&mut self, depth: usize) -> Result<Filter, Refusal> {
        let mut filter = self.one(depth)?;
        while self.takes("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.one(depth)?));
        }
        Ok(filter)
    }

    fn one(&mut self, depth: usize) -> Result<Filter, Refusal> {
        if depth >= DEEPEST {
            return Err(Refusal::filter("The filter is nested too deeply: at most 20 levels."));
        }
        match self.next() {
            Token::Open => {
                let inner = self.either(depth + 1)?;
                self.expect(&Token::Close)?;
                Ok(inner)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("not") => {
                self.expect(&Token::Open)?;
                let inner = self.either(depth + 1)?;
                self.expect(&Token::Close)?;
                Ok(Filter::Not(Box::new(inner)))
            }
            Token::Word(word) => self.of_attribute(&word, depth),
            _ => Err(self.odd()),
        }
    }

    fn of_attribute(&mut self, word: &str, depth: usize) -> Result<Filter, Refusal> {
        let name = Name::read(word).ok_or_else(|| self.odd())?;
        self.compared += 1;
        if self.compared > MOST {
            return Err(Refusal::filter("The filter asks too much: at most 60 comparisons."));
        }
        match self.next() {
            Token::OpenBracket if name.part.is_none() => {
                let inner = self.either(depth + 1)?;
                self.expect(&Token::CloseBracket)?;
                Ok(Filter::Within(name, Box::new(inner)))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("pr") => Ok(Filter::Present(name)),
            Token::Word(word) => {
                let op = Op::of(&word).ok_or_else(|| self.odd())?;
                let value = match self.next() {
                    Token::Text(text) => Value::String(text),
                    Token::Word(word) => self.bare(&word)?,
                    _ => return Err(self.odd()),
                };
                Ok(Filter::Compare(name, op, value))
            }
            _ => Err(self.odd()),
        }
    }

    /// A value without quotes: `true`, `false`, `null`, a number.
    fn bare(&self, word: &str) -> Result<Value, Refusal> {
        if let Some(truth) = truth(word) {
            return Ok(Value::Bool(truth));
        }
        match serde_json::from_str(word) {
            Ok(value @ (Value::Null | Value::Number(_))) => Ok(value),
            _ => Err(self.odd()),
        }
    }

    fn expect(&mut self, token: &Token) -> Result<(), Refusal> {
        if self.next() == *token { Ok(()) } else { Err(self.odd()) }
    }
}
