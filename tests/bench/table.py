"""The figures as a table."""

from dataclasses import dataclass


@dataclass
class Figure:
    name: str
    value: float  # None where it was not measured
    unit: str = ""
    aim: float = None
    more_is_better: bool = False
    note: str = ""  # why it was not measured

    def row(self):
        if self.value is None:
            return self.name, self.note or "not measured", shown(self.aim, self.unit, self.sign), ""
        return self.name, shown(self.value, self.unit), shown(self.aim, self.unit, self.sign), self.ratio

    @property
    def sign(self):
        return "≥ " if self.more_is_better else "≤ "

    @property
    def ratio(self):
        """How many times better than the aim; below 1 it is missed."""
        if self.aim is None or not self.value:
            return ""
        return f"{self.value / self.aim if self.more_is_better else self.aim / self.value:.2f}"


def shown(value, unit, sign=""):
    if value is None:
        return "–"
    digits = 0 if value >= 1000 or value == int(value) else 1 if value >= 100 else 2
    return f"{sign}{value:,.{digits}f}{' ' if unit and unit != '×' else ''}{unit}"


def render(figures):
    rows = [("figure", "value", "aim", "ratio"), *(each.row() for each in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:>{widths[3]}}".rstrip() for row in rows]
    lines.insert(1, "─" * (sum(widths) + 6))
    return "\n".join(lines)
