"""Whether two hands give the same answer: the same scores, and the same offerings but for lots between equals."""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.country.contestants import Answer

# Scores have nine decimals; the sums behind them are added in another order elsewhere.
SAME = 1.5e-9


def agrees(answer: Answer, with_it: Answer, level: Answer) -> bool:
    """Whether an answer is as good as another one: `level` has everything that scores no less than the last.

    As many, with the same scores place by place, each once, and each with the score that it really has. Of equals
    that all find room the same are there then; of others any will do.
    """
    known = dict(level)
    return (
        len(answer) == len(with_it)
        and len({offering for offering, _ in answer}) == len(answer)
        and all(abs(mine[1] - theirs[1]) <= SAME for mine, theirs in zip(answer, with_it, strict=True))
        and all(abs(known.get(offering, -1.0) - score) <= SAME for offering, score in answer)
    )


def agreeing(answers: Sequence[Answer], references: Sequence[Answer], levels: Sequence[Answer]) -> int:
    """How many answers are as good as those of the reference."""
    return sum(agrees(*each) for each in zip(answers, references, levels, strict=True))


def told(name: str, answers: Sequence[Answer], references: Sequence[Answer], levels: Sequence[Answer]) -> str:
    """Say how many questions a hand answered as the reference did, and how many in the very same order."""
    in_order = sum(
        [offering for offering, _ in mine] == [offering for offering, _ in theirs]
        for mine, theirs in zip(answers, references, strict=True)
    )
    same = agreeing(answers, references, levels)
    return f"{name}: the same answer to {same} of {len(answers)} questions, lots included to {in_order}"
