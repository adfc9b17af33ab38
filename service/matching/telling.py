"""What a trial of a rule book found, in lines that somebody can read before they sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from service.matching.printed import printed_parts
from service.matching.tallies import Line
from service.matching.trial import Trial, gaining_and_losing, offering_lines, people_lines
from service.rulebook.rules import RuleBook

HIDDEN = "–"
WORSE_BY = 0.002
A_DASH = f"{HIDDEN} stands for 1 to 10 people, and for what would give such a number away."
WORTH = ("fit", "soon", "near", "wishes", "depth")


def tell_book(book: RuleBook) -> Iterator[str]:
    """Print a book: who answers for it, why it is so, what weighs how much, and by which curve."""
    yield f"Version {book.version}, {_signed(book)}"
    yield " ".join(book.why.split())
    yield ""
    for part in printed_parts(book):
        yield f"{part.component:8}{part.weight:6.2f}  {part.curve}"


def tell_differences(book: RuleBook, in_force: RuleBook) -> Iterator[str]:
    """Print what a book changes, number by number."""
    changed = [
        f"{section}.{each.name}: {getattr(before, each.name):g} becomes {getattr(after, each.name):g}"
        for section in ("weights", "curves", "openness")
        for before, after in [(getattr(in_force, section), getattr(book, section))]
        for each in fields(before)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
    yield from changed or [f"It weighs as version {in_force.version} does, which is in force."]


def tell_trial(trial: Trial, book: RuleBook, in_force: RuleBook) -> Iterator[str]:
    """Print who would see something else, which people lose by it, and which offerings."""
    old, new = f"v{in_force.version}", f"v{book.version}"
    lines = people_lines(trial)
    yield from _tell_changes(lines[0], old, new)
    yield ""
    yield "How many see another one first, and what changes in their first ten on average, by how far up it stands:"
    yield f"the score by {old}, the score by {new}, the five values by {old}. By its own score each book's list is the"
    yield f"best, so compare groups, not signs. `worse`: loses at least {WORSE_BY:g} more by {old} than all do."
    heads = ["people", "", "people", "first", old, new, *WORTH, ""]
    yield from in_columns([heads, *(_people_row(line, lines[0]) for line in lines)])
    yield ""
    yield f"How often offerings are among somebody's first ten by {old} and by {new}, and their exposure."
    heads = ["offerings", "", old, new, "exposure", "", "change"]
    yield from in_columns([heads, *map(_offering_row, offering_lines(trial))])
    yield ""
    yield "Offerings that gain or lose the most:"
    yield from in_columns([heads, *map(_offering_row, gaining_and_losing(trial))])
    yield ""
    yield A_DASH


def _tell_changes(line: Line, old: str, new: str) -> Iterator[str]:
    says = {
        "people": "people",
        "first": "see another one first",
        "first_few": "see the same one first, and others among the first three",
        "further_down": "see the same first three, and others among the first ten",
        "same": "see the same ten in the same order",
        "none_before": f"have no match by {old}",
        "none_after": f"have no match by {new}",
    }
    yield from in_columns([[_count(line.counts[measure]), text] for measure, text in says.items()])


def _people_row(line: Line, all_of_them: Line) -> list[str]:
    row = [line.split or "all", line.group, _count(line.counts["people"]), _count(line.counts["first"])]
    means, everybodys = _means(line), _means(all_of_them)
    if not means:
        return [*row, *[HIDDEN] * 7, ""]
    worse = bool(everybodys) and means[0] <= everybodys[0] - WORSE_BY
    return [*row, *(f"{mean:+.3f}" for mean in means), "worse" if worse else ""]


def _means(line: Line) -> list[float]:
    """What changes for one of a group on average; nothing where it may not be printed."""
    people = line.counts["people"]
    return [figure / people for figure in line.figures] if line.figures and people else []


def _offering_row(line: Line) -> list[str]:
    row = [line.split or "all", line.group, *(_count(line.counts[when]) for when in ("before", "after"))]
    if line.figures is None:
        return [*row, HIDDEN, HIDDEN, HIDDEN]
    before, after = line.figures
    return [*row, f"{before:.1f}", f"{after:.1f}", f"{after - before:+.1f}"]


def _count(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _signed(book: RuleBook) -> str:
    return f"signed off on {book.signed_off_on} by {book.signed_off_by}." if book.is_signed_off else "a draft."


def in_columns(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Set rows in columns: the first two to the left, figures to the right."""
    table = [list(row) for row in rows]
    widest = [max(len(row[place]) for row in table if place < len(row)) for place in range(max(map(len, table)))]
    for row in table:
        set_in = [
            cell.ljust(wide) if place < 2 else cell.rjust(wide)
            for place, (cell, wide) in enumerate(zip(row, widest, strict=False))
        ]
        yield "  ".join(set_in).rstrip()
