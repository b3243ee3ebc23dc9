"""An import of hundreds of thousands of actuals, dry run and done, and what it takes: `python -m bench.imports`.

Each import is a process of its own, as `inquiry results import` is, on a database of its own. A tenth of the figures is
imported beside, for the room that is taken however many there are.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

UNITS: Final = 500
INDICATORS: Final = 20
FIGURES: Final = 300_000
_HEADER: Final = ("indicator", "unit", "period", "value", "evidence")


def rows(figures: int, more: int = 0) -> Iterator[tuple[str, ...]]:
    """Month by month, as a city would write them down; each so much more."""
    for at in range(figures):
        month, rest = divmod(at, UNITS * INDICATORS)
        indicator, unit = divmod(rest, UNITS)
        period = f"{2020 + month // 12}-{month % 12 + 1:02}"
        yield f"I{indicator}", f"第{unit}街道办事处", period, f"{1000 + at % 977 + more}.{at % 100:02}", "统计快报"


def write_csv(path: Path, figures: int, more: int = 0) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in (_HEADER, *rows(figures, more)))


def write_workbook(path: Path, figures: int) -> None:
    """As spreadsheet programs do: words in a list of their own, numbers as numbers."""
    words: dict[str, int] = {}

    def cell(at: int, line: int, said: str) -> str:
        place = f'r="{"ABCDE"[at]}{line}"'
        if at == 3 and line > 1:
            return f"<c {place}><v>{said}</v></c>"
        return f'<c {place} t="s"><v>{words.setdefault(said, len(words))}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="actuals" r:id="r1"/></sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for line, row in enumerate((_HEADER, *rows(figures)), 1):
                cells = "".join(cell(at, line, said) for at, said in enumerate(row))
                sheet.write(f'<row r="{line}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        listed = "".join(f"<si><t>{word}</t></si>" for word in words)
        archive.writestr("xl/sharedStrings.xml", f"<sst>{listed}</sst>")


def prepare(folder: Path) -> None:
    """Units, a group and indicators, by the command line."""
    units = "name,kind,group\n" + "".join(f"第{n}街道办事处,street,街道\n" for n in range(UNITS))
    (folder / "units.csv").write_text(units, encoding="utf-8")
    indicators = "code,name,theme,measure,better,accumulates,period,decimals,weight,groups\n" + "".join(
        f"I{n},指标{n},经济,万元,more,yes,month,2,1,街道\n" for n in range(INDICATORS)
    )
    (folder / "indicators.csv").write_text(indicators, encoding="utf-8")
    inquiry("units", "import", str(folder / "units.csv"))
    inquiry("results", "import", str(folder / "indicators.csv"))


def inquiry(*words: str) -> dict[str, float]:
    """What a command took: seconds, seconds of a processor, and the most memory, in MB."""
    began = time.monotonic()
    running = subprocess.Popen([sys.executable, "-c", "from inquiry.cli import main; main()", *words])
    _pid, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"inquiry {' '.join(words)} ended with {running.returncode}")
    return {
        "seconds": round(time.monotonic() - began, 2),
        "CPU, s": round(used.ru_utime + used.ru_stime, 2),
        "memory, MB": round(used.ru_maxrss / 1024, 1),
    }


def measure(folder: Path, figures: int) -> dict[str, dict[str, float]]:
    """In the database of the environment, which a tenth of the figures, and then the others, come into."""
    prepare(folder)
    found = {}
    for part, number in (("a tenth", figures // 10), ("all", figures)):
        for kind, write in (("csv", write_csv), ("xlsx", write_workbook)):
            path = folder / f"{number}.{kind}"
            write(path, number)
            found[f"{part}, {kind}, dry run"] = inquiry("results", "import", str(path), "--dry-run")
    found["all, xlsx"] = inquiry("results", "import", str(folder / f"{figures}.xlsx"))
    found["all, csv, again"] = inquiry("results", "import", str(folder / f"{figures}.csv"))
    write_csv(folder / "corrected.csv", figures, more=1)
    found["all, csv, corrected"] = inquiry("results", "import", str(folder / "corrected.csv"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.imports", description="Measure an import of actuals.")
    parser.add_argument("--figures", type=int, default=FIGURES)
    with tempfile.TemporaryDirectory(prefix="inquiry-bench-import-") as folder:
        click.echo(json.dumps(measure(Path(folder), parser.parse_args().figures)))


if __name__ == "__main__":
    main()
