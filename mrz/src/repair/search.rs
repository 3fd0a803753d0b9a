//! The search: check digits as linear equations modulo 10, changes tried in order of their number.
//!
//! Each digit is one equation: weighted values of its cells, less the digit, is 0 modulo 10. A change moves
//! the equations of its cell by known amounts, so a combination costs a few additions. Combinations of 0, 1,
//! 2 ... free changes are tried in turn, with those cells always changed that hold what their field may not;
//! the first number with a solution decides.

use crate::alphabet;
use crate::buffer::Buffer;
use crate::layout::{CheckSpec, Class, Rule};
use crate::states::Code3;
use crate::zone::Zone;

use super::alternatives::{self, UNREAD};
use super::{Edit, Grid, Limits, MOST_EDITS, MOST_SOLUTIONS, NoRepair, Outcome, RepairedZone, Solutions};

/// Most changes that are considered.
const MOST_OPTIONS: usize = 512;
/// Equations: five digits at most.
const EQUATIONS: usize = 5;

/// One possible change of one cell.
#[derive(Clone, Copy)]
struct Choice {
    line: u8,
    column: u8,
    to: u8,
    cost: u16,
    /// What it adds to each equation, modulo 10.
    moves: [u8; EQUATIONS],
    /// The cell must change.
    must: bool,
}

const NO_CHOICE: Choice = Choice { line: 0, column: 0, to: 0, cost: 0, moves: [0; EQUATIONS], must: false };

struct Search<'g> {
    grid: &'g Grid,
    choices: [Choice; MOST_OPTIONS],
    count: usize,
    /// How many cells must change from each choice on.
    musts_from: [u8; MOST_OPTIONS + 1],
    limits: Limits,
    tried: u32,
    gave_up: bool,
    unread_uncovered: bool,
    chosen: [usize; MOST_EDITS],
    found: [Option<(u16, RepairedZone)>; MOST_SOLUTIONS],
    found_count: usize,
    more: bool,
}

pub(super) fn solve(grid: &Grid, zone: &Zone<'_>, limits: Limits) -> Outcome {
    let mut search = Search {
        grid,
        choices: [NO_CHOICE; MOST_OPTIONS],
        count: 0,
        musts_from: [0; MOST_OPTIONS + 1],
        limits,
        tried: 0,
        gave_up: false,
        unread_uncovered: false,
        chosen: [0; MOST_EDITS],
        found: [None; MOST_SOLUTIONS],
        found_count: 0,
        more: false,
    };
    let Some(musts) = search.collect(zone) else {
        return Outcome::None(NoRepair::NoSolution);
    };
    if search.unread_uncovered {
        return Outcome::None(NoRepair::UnreadUncovered);
    }
    if usize::from(musts) > MOST_EDITS {
        return Outcome::None(NoRepair::TooManyEdits);
    }
    let start = search.errors(zone);
    for free in 0..=limits.free_edits {
        if usize::from(musts) + usize::from(free) > MOST_EDITS {
            break;
        }
        search.descend(0, 0, free, start, 0);
        if search.found_count > 0 || search.gave_up {
            break;
        }
    }
    search.outcome()
}

impl Search<'_> {
    /// Lists every change of a covered cell; returns how many cells must change, `None` if one of them has
    /// nothing to change to. Cells are listed line by line.
    fn collect(&mut self, zone: &Zone<'_>) -> Option<u8> {
        let mut musts = 0_u8;
        for (line, cells) in (1_u8..).zip(zone.lines()) {
            for (column, read) in (1_u8..).zip(cells.iter().copied()) {
                let coefficients = coefficients(zone, line, column);
                if coefficients == [0; EQUATIONS] {
                    self.unread_uncovered |= !alphabet::contains(read);
                    continue;
                }
                let (class, digit_only) = class_of(zone, line, column);
                let must = !alternatives::permits(class, digit_only, read);
                let before = self.count;
                let cell = self.cell(line, column);
                let value = alphabet::value(read).unwrap_or(0);
                alternatives::each(cell.as_ref(), read, class, digit_only, |to, cost| {
                    let by = (alphabet::value(to).unwrap_or(0) + 40 - value) % 10;
                    let moves = coefficients.map(|c| (c * by) % 10);
                    // A change that moves nothing cannot be confirmed by any digit: only a must may make it.
                    if (must || moves != [0; EQUATIONS])
                        && let Some(slot) = self.choices.get_mut(self.count)
                    {
                        *slot = Choice { line, column, to, cost, moves, must };
                        self.count += 1;
                    }
                });
                if must {
                    if self.count == before {
                        return None;
                    }
                    musts = musts.saturating_add(1);
                }
            }
        }
        let mut from = 0_u8;
        for index in (0..self.count).rev() {
            let (here, next) = (self.choice(index), self.choice(index + 1));
            if here.must && (index + 1 == self.count || (here.line, here.column) != (next.line, next.column))
            {
                from = from.saturating_add(1);
            }
            if let Some(slot) = self.musts_from.get_mut(index) {
                *slot = from;
            }
        }
        if let Some(slot) = self.musts_from.get_mut(self.count) {
            *slot = 0;
        }
        Some(musts)
    }

    fn cell(&self, line: u8, column: u8) -> Option<super::Cell> {
        let rows = self.grid.cells.as_ref()?;
        rows.get(usize::from(line) - 1)?.get(usize::from(column) - 1).copied()
    }

    fn choice(&self, index: usize) -> Choice {
        self.choices.get(index).copied().unwrap_or(NO_CHOICE)
    }

    /// Where the equations stand with the first readings; unread cells count 0.
    fn errors(&self, zone: &Zone<'_>) -> [u8; EQUATIONS] {
        let mut errors = [0_u32; EQUATIONS];
        for (line, cells) in (1_u8..).zip(zone.lines()) {
            for (column, read) in (1_u8..).zip(cells.iter().copied()) {
                let value = u32::from(alphabet::value(read).unwrap_or(0));
                for (error, c) in errors.iter_mut().zip(coefficients(zone, line, column)) {
                    *error += value * u32::from(c);
                }
            }
        }
        errors.map(|error| u8::try_from(error % 10).unwrap_or(0))
    }

    /// Tries every choice from `from` on. `depth` changes are chosen, `free` more may be of permitted cells.
    fn descend(&mut self, from: usize, depth: usize, free: u8, errors: [u8; EQUATIONS], cost: u16) {
        let musts_left = self.musts_from.get(from).copied().unwrap_or(0);
        if musts_left == 0 && free == 0 {
            if errors == [0; EQUATIONS] {
                self.accept(depth, cost);
            }
            return;
        }
        let mut index = from;
        while index < self.count {
            let choice = self.choice(index);
            // The cells passed over must all be ones that need no change.
            if self.musts_from.get(index).copied().unwrap_or(0) < musts_left {
                break;
            }
            index += 1;
            if !choice.must && free == 0 {
                continue;
            }
            self.tried += 1;
            if self.tried > self.limits.combinations {
                self.gave_up = true;
                return;
            }
            let mut moved = errors;
            for (error, by) in moved.iter_mut().zip(choice.moves) {
                *error = (*error + by) % 10;
            }
            let Some(slot) = self.chosen.get_mut(depth) else { return };
            *slot = index - 1;
            let mut next = index;
            while next < self.count && same_cell(self.choice(next), choice) {
                next += 1;
            }
            let left = if choice.must { free } else { free - 1 };
            self.descend(next, depth + 1, left, moved, cost.saturating_add(choice.cost));
            if self.gave_up {
                return;
            }
        }
    }

    /// Takes a combination if the strict parser agrees with the equations.
    fn accept(&mut self, depth: usize, cost: u16) {
        let mut buffer = self.grid.buffer;
        let mut edits = [Edit { line: 0, column: 0, from: None, to: '<' }; MOST_EDITS];
        let mut count = 0;
        for (edit, chosen) in edits.iter_mut().zip(self.chosen.iter().take(depth)) {
            let choice = self.choice(*chosen);
            let row = buffer.cells.get_mut(usize::from(choice.line) - 1);
            let Some(cell) = row.and_then(|row| row.get_mut(usize::from(choice.column) - 1)) else { return };
            *edit = Edit {
                line: choice.line,
                column: choice.column,
                from: shown(*cell),
                to: char::from(choice.to),
            };
            *cell = choice.to;
            count += 1;
        }
        settle_codes(&mut buffer, &mut edits, &mut count);
        let solution = RepairedZone { buffer, edits, count };
        let agrees = solution.zone().is_some_and(|zone| zone.checks().iter().all(crate::Check::ok));
        let unread = buffer.slots().iter().any(|line| line.contains(&UNREAD));
        if !agrees || unread {
            return;
        }
        let at =
            self.found.iter().take(self.found_count).flatten().filter(|(other, _)| *other <= cost).count();
        if self.found_count == MOST_SOLUTIONS {
            self.more = true;
        }
        if at < MOST_SOLUTIONS {
            if let Some(tail) = self.found.get_mut(at..) {
                tail.rotate_right(1);
                if let Some(slot) = tail.first_mut() {
                    *slot = Some((cost, solution));
                }
            }
            self.found_count = (self.found_count + 1).min(MOST_SOLUTIONS);
        }
    }

    fn outcome(&self) -> Outcome {
        let Some((best, first)) = self.found.first().copied().flatten() else {
            return Outcome::None(if self.gave_up {
                NoRepair::TooManyCombinations
            } else {
                NoRepair::NoSolution
            });
        };
        let near = |cost: u16| cost <= best.saturating_add(self.limits.margin);
        let mut solutions =
            Solutions { list: [None; MOST_SOLUTIONS], count: 0, more: self.more || self.gave_up };
        for (cost, solution) in self.found.iter().take(self.found_count).flatten() {
            if near(*cost)
                && let Some(slot) = solutions.list.get_mut(solutions.count)
            {
                *slot = Some(*solution);
                solutions.count += 1;
            }
        }
        // If the list is full, or the search was given up, nothing is unique.
        if solutions.count == 1 && !self.gave_up {
            Outcome::Unique(first)
        } else {
            Outcome::Ambiguous(solutions)
        }
    }
}

fn same_cell(a: Choice, b: Choice) -> bool {
    (a.line, a.column) == (b.line, b.column)
}

fn shown(cell: u8) -> Option<char> {
    alphabet::contains(cell).then(|| char::from(cell))
}

/// The weight of a cell in each equation of the zone, modulo 10; the check cell itself counts -1, which is 9.
fn coefficients(zone: &Zone<'_>, line: u8, column: u8) -> [u8; EQUATIONS] {
    let mut all = [0; EQUATIONS];
    for ((slot, spec), check) in all.iter_mut().zip(zone.layout().checks).zip(zone.checks()) {
        let mut weight = 0;
        if (check.line, check.column) == (line, column) {
            weight = 9;
        } else if let Some(at) = position(zone, spec, line, column) {
            weight = [7, 3, 1].get(at % 3).copied().unwrap_or(0);
        }
        *slot = weight;
    }
    all
}

/// Where the cell stands in the span of a digit, from 0.
fn position(zone: &Zone<'_>, spec: &CheckSpec, line: u8, column: u8) -> Option<usize> {
    let mut before = 0;
    for span in spec.spans {
        if span.contains(line, column) {
            return Some(before + usize::from(column - span.first));
        }
        before += span.len();
    }
    match (spec.rule, zone.document_number().long()) {
        (Rule::LongNumber(optional), Some(long))
            if optional.contains(line, column) && column < long.column =>
        {
            Some(before + usize::from(column - optional.first))
        }
        _ => None,
    }
}

/// What the cell's field may hold, and whether it must be a digit.
fn class_of(zone: &Zone<'_>, line: u8, column: u8) -> (Class, bool) {
    for (check, spec) in zone.checks().iter().zip(zone.layout().checks) {
        if (check.line, check.column) == (line, column) {
            // Only TD3's optional digit may be a filler, and only where the data are all fillers.
            let filler = spec.rule == Rule::FillerWhenBlank && zone.cell(line, column) == b'<';
            return (Class::Digits, !filler);
        }
        let long = matches!(spec.rule, Rule::LongNumber(_)) && (spec.line, spec.column) == (line, column);
        if long {
            return (Class::Digits, false);
        }
    }
    let class = zone.layout().fields.iter().find(|f| f.span.contains(line, column)).map(|f| f.class);
    if let Some(class) = class {
        let birth = zone.layout().fields.iter().any(|f| {
            f.span.contains(line, column)
                && f.class == Class::Digits
                && f.name == crate::FieldName::ExpiryDate
        });
        // An expiry that is all fillers stays so; in any other a filler is a misreading.
        let blank = zone.expiry_date().is_some_and(|date| date.cells().is_blank());
        return (class, birth && !blank);
    }
    let name = zone.layout().name.is_some_and(|span| span.contains(line, column));
    (if name { Class::Letters } else { Class::Any }, false)
}

/// State codes are covered by no digit: a digit in them is made a letter only if one letter makes a known
/// state.
fn settle_codes(buffer: &mut Buffer, edits: &mut [Edit; MOST_EDITS], count: &mut usize) {
    let Some(format) = buffer.zone().map(|zone| zone.format()) else { return };
    for name in [crate::FieldName::IssuingState, crate::FieldName::Nationality] {
        let Some(span) = crate::layout::of(format).field(name).map(|spec| spec.span) else { continue };
        let Some(row) = buffer.cells.get_mut(usize::from(span.line) - 1) else { continue };
        let Some(cells) = row.get_mut(usize::from(span.first) - 1..usize::from(span.last)) else { continue };
        let mut found = None;
        let mut several = false;
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| cell.is_ascii_digit()) {
            alternatives::each(None, *cell, Class::Letters, false, |to, _| {
                let mut code = [b'<'; 3];
                code.iter_mut().zip(cells.iter()).for_each(|(slot, cell)| *slot = *cell);
                if let Some(slot) = code.get_mut(at) {
                    *slot = to;
                }
                if Code3::from_cells(&code).is_some_and(|code| code.state().is_some()) {
                    several |= found.is_some();
                    found = Some((at, *cell, to));
                }
            });
        }
        if let (Some((at, from, to)), false) = (found, several)
            && let (Some(cell), Some(edit)) = (cells.get_mut(at), edits.get_mut(*count))
        {
            *cell = to;
            let column = span.first + u8::try_from(at).unwrap_or(0);
            *edit = Edit { line: span.line, column, from: shown(from), to: char::from(to) };
            *count += 1;
        }
    }
}
