"""Small mistakes put into the SQL of an indicator, one at a time: what its unit test has to notice.

The SQL has Jinja in it, so a mistake is made in the text; the indicators are written one clause to a line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# A clause with everything that is indented deeper than it.
_WHERE = re.compile(r"^(?P<indent>[ \t]*)where\b.*(?:\n(?P=indent)[ \t]+.*)*", re.MULTILINE)
_ON = re.compile(r"\bon(?P<gap>\s+)")
_AND = re.compile(r"(?<=\s)(?:and|or)\s+")
_BETWEEN = re.compile(r"\bbetween\s+\S+(?:\s+\S+)*?\s+$")
_WORD = re.compile(r"\b(?:between|and|or|then|group by|where|left join|inner join|union all)\b")
_FILTER = re.compile(r"\s*filter \((?=where )")
_WHEN = re.compile(r"\bwhen (?P<what>.+?) then\b", re.DOTALL)
_LIST = re.compile(r"\bin \((?P<members>'[^()]*')\)")
_CALL = re.compile(r"\b(?P<name>coalesce|least|greatest|nullif)\(")
_REASONS = re.compile(r"first_missing_reason\(\s*\[(?P<members>[^\]]*)\]\s*\)")
_LITERAL = re.compile(r"(?<!\()'(?P<text>\w+)'(?!\))(?! as\b)")
_VARIABLE = re.compile(r"\{\{ var\('(?P<name>\w+)'\) \}\}")
_REASON = re.compile(r"(?: as |\.)missing_reason(?=\n)")
# A mistake next to each operator and function that an indicator is made of.
_SLIPS = (
    (r"(?<![<>=!])>=(?!=)", ">"),
    (r"(?<![<>=!])<=(?!=)", "<"),
    (r"(?<=\s)<(?=\s)", "<="),
    (r"(?<=\s)>(?=\s)", ">="),
    (r"(?<=\s)- (?=[\w(])", "+ "),
    (r"(?<=\s)\+ (?=[\w(])", "- "),
    (r"(?<=\s)\* (?=[\w({])", "+ "),
    (r"(?<=\s)/ (?=[\w({])", "* "),
    (r"\bleast\(", "greatest("),
    (r"\bgreatest\(", "least("),
    (r"\bsum\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bmin\(", "max("),
    (r"\bcount\(distinct ", "count("),
    (r"\bselect distinct\b", "select"),
    (r"\bleft join\b", "inner join"),
    (r"\binner join\b", "left join"),
    (r"\bis null\b", "is not null"),
    (r"\bis not null\b", "is null"),
    (r"(?<!is )\bnot (?=[\w(])", ""),
    (r"\b1(?=::numeric as)", "2"),
    (r"(?<=[>=] )1(?=\)| and)", "2"),
    (r"(?<=, )0\)", "1)"),
    (r"\belse 0\b", "else 1"),
    (r"\bbetween 0\b", "between 1"),
    (r"\bbetween 0\b", "between -1"),
)


@dataclass(frozen=True)
class Mutant:
    """A model with one mistake: what was done, in words that tell it from the other mistakes of the model."""

    mistake: str
    sql: str


# Where in the text, what stands there instead, and in words.
_Change = tuple[int, int, str, str]


def mutants(sql: str) -> list[Mutant]:
    """Every mistake of the kinds above, each once; comments are left alone."""
    start = _end_of_comments(sql)
    head, body = sql[:start], sql[start:]
    made = {head + _swapped(body): "numerator and denominator swapped"}
    named: Counter[str] = Counter()
    for begin, end, instead, words in _changes(body):
        line = (head + body[:begin]).count("\n") + 1
        mistake = f"line {line}: {words}"
        named[mistake] += 1
        again = f" (again, {named[mistake]})" if named[mistake] > 1 else ""
        made.setdefault(head + body[:begin] + instead + body[end:], mistake + again)
    made.pop(sql, None)
    return [Mutant(mistake, text) for text, mistake in made.items()]


def _changes(body: str) -> Iterator[_Change]:
    yield from _conditions(body)
    yield from _branches(body)
    yield from _arguments(body)
    yield from _constants(body)
    for found in _REASON.finditer(body):
        begin = _begin_of_column(body, found.start())
        yield begin, found.end(), "null::text as missing_reason", "without the reason why a value is missing"
    for slip, instead in _SLIPS:
        for found in re.finditer(slip, body):
            yield (
                found.start(),
                found.end(),
                instead,
                f"{found[0].strip()} became {instead.strip() or 'nothing'}",
            )


def _conditions(body: str) -> Iterator[_Change]:
    """Filters and join keys left out: all of a clause, and each condition of it."""
    for found in _WHERE.finditer(body):
        yield found.start(), found.end(), "", f"without {_flat(found[0])}"
    for found in _ON.finditer(body):
        yield from _without(body, found.end())
    for found in re.finditer(r"\bwhere\s+", body):
        yield from _without(body, found.end())
    for found in _AND.finditer(body):
        if not _BETWEEN.search(body[: found.start()].rsplit("\n", 1)[-1]):
            yield from _without(body, found.end())
            word = found[0].strip()
            instead = "or" if word == "and" else "and"
            yield found.start(), found.start() + len(word), instead, f"{word} became {instead}"
    for found in _FILTER.finditer(body):
        end = _closing(body, found.end()) + 1
        yield found.start(), end, "", f"without {_flat(body[found.start() : end])}"


def _without(body: str, begin: int) -> Iterator[_Change]:
    """The condition that begins there taken as true."""
    condition = body[begin : _end_of_condition(body, begin)].rstrip()
    yield begin, begin + len(condition), "true", f"without {_flat(condition)}"


def _end_of_condition(body: str, begin: int) -> int:
    """Where it ends: before the next condition or clause, or the bracket around it; not within brackets."""
    closing = _closing(body, begin)
    between = False
    for found in _WORD.finditer(body, begin, closing):
        if body.count("(", begin, found.start()) != body.count(")", begin, found.start()):
            continue
        if found[0] == "between":
            between = True
        elif found[0] == "and" and between:
            between = False
        else:
            return found.start()
    return closing


def _branches(body: str) -> Iterator[_Change]:
    """Each branch of a case never taken, or always; each member of a list left out."""
    for found in _WHEN.finditer(body):
        begin, end = found.span("what")
        for instead in ("false", "true"):
            yield begin, end, instead, f"when {_flat(found['what'])} became {instead}"
    for found in _REASONS.finditer(body):
        listed = found["members"].split(", ")
        for number, reason in enumerate(listed):
            rest = ", ".join(listed[:number] + listed[number + 1 :])
            yield *found.span("members"), rest, f"reasons without {reason}"
        exchanged = ", ".join([listed[1], listed[0], *listed[2:]])
        yield *found.span("members"), exchanged, f"the reason {listed[1]} before {listed[0]}"
    for found in _LIST.finditer(body):
        members = found["members"].split(", ")
        for member in members:
            rest = ", ".join(other for other in members if other != member) or "''"
            yield *found.span("members"), rest, f"in a list without {member}"


def _arguments(body: str) -> Iterator[_Change]:
    """Each argument of a function that takes several left out, and the first two exchanged."""
    for found in _CALL.finditer(body):
        closing = _closing(body, found.end())
        listed = _split(body[found.end() : closing])
        for number, argument in enumerate(listed):
            rest = listed[:number] + listed[number + 1 :]
            instead = f"{found['name']}({', '.join(rest)})"
            if found["name"] == "nullif":
                instead = listed[0]
            yield found.start(), closing + 1, instead, f"{found['name']} without {_flat(argument)}"
        if found["name"] == "coalesce":
            for number in range(len(listed) - 1):
                order = [*listed[:number], listed[number + 1], listed[number], *listed[number + 2 :]]
                words = f"coalesce takes {_flat(listed[number + 1])} before {_flat(listed[number])}"
                yield found.start(), closing + 1, f"coalesce({', '.join(order)})", words


def _constants(body: str) -> Iterator[_Change]:
    """Another code in a condition or a result; a variable one off on either side."""
    for found in _LITERAL.finditer(body):
        yield *found.span("text"), "another", f"{found[0]} became 'another'"
    for found in _VARIABLE.finditer(body):
        for sign, word in (("+", "more"), ("-", "less")):
            yield *found.span(), f"({found[0]} {sign} 1)", f"{found['name']} is one {word}"


def _swapped(body: str) -> str:
    other = {"numerator": "denominator", "denominator": "numerator"}
    return re.sub(r"\bas (numerator|denominator)\b", lambda found: f"as {other[found[1]]}", body)


def _closing(text: str, begin: int) -> int:
    """Where the bracket closes that was open at ``begin``, or the end of the text."""
    depth = 0
    for place in range(begin, len(text)):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
            if depth < 0:
                return place
    return len(text)


def _begin_of_column(text: str, end: int) -> int:
    """Where the column of a select begins that ends there: after the comma before it, outside of brackets."""
    depth = 0
    for place in range(end - 1, -1, -1):
        if text[place] == ")":
            depth += 1
        elif text[place] == "(":
            depth -= 1
        elif text[place] == "," and depth == 0:
            return place + 1 + len(text[place + 1 :]) - len(text[place + 1 :].lstrip())
    return 0


def _split(arguments: str) -> list[str]:
    """The arguments of a function, apart."""
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(arguments):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(arguments[begin:place].strip())
            begin = place + 1
    return [*parts, arguments[begin:].strip()]


def _flat(text: str) -> str:
    return " ".join(text.split())


def _end_of_comments(sql: str) -> int:
    """Where the comments at the head of the model end."""
    end = 0
    for line in sql.splitlines(keepends=True):
        if not line.startswith("--"):
            break
        end += len(line)
    return end
