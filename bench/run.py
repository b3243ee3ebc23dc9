"""`python -m bench.run`: measure the server and its peers in turn, print tables, write the figures down.

A round measures everything once, so that rounds are interleaved (A-B-A-B) and a machine that grows slower is slower for
everybody. Servers have core 0, the load generator has core 1.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text

from bench import around, city, evening, figures, machine, postgres
from bench.contenders import CONTENDERS, Contender, Ground, Work, node_path
from bench.figures import Figures, Seen
from bench.measures import GROUPS, Measure, measures, viewers_possible
from bench.table import table
from bench.workshop import HERE, CannotMeasure, Json, Running, free_port, workshop
from inquiry.core.db import connect

_BUSY = 0.5
#: What is kept of what a module printed that did its work in a process of its own.
_PRINTED = {
    "joins": figures.painted, "imports": figures.imported, "ranking": figures.ranked, "judging": figures.judged,
    "picture": figures.filmed, "stage": figures.filmed,
}  # fmt: skip
#: Of these, those that are told which session of the city they are about.
_IN_ITS_SESSION = ("joins", "picture", "stage")


def main() -> None:
    asked = _asked()
    if asked.show:
        _show(json.loads(asked.show.read_text()))
        return
    chosen = [one for one in measures(asked.quick) if one.group in asked.only]
    if asked.contenders:
        chosen = [replace(one, contenders=tuple(c for c in one.contenders if c in asked.contenders)) for one in chosen]
    told: Json = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": asked.quick,
        "machine": machine.describe(),
    }
    _introduce(told["machine"])
    try:
        with ExitStack() as stack:
            ground = _prepare(stack, chosen)
            found, took, unmeasured = _rounds(ground, chosen, asked.rounds)
    except CannotMeasure as reason:
        sys.exit(f"bench: {reason}")
    told |= {"rounds": asked.rounds, "load afterwards": machine.load(), "not measured": unmeasured}
    told |= {"seconds": took, "figures": found}
    _show(told)
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    click.echo(f"\nbench: written to {asked.output}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure the server and its peers.")
    parser.add_argument("--rounds", type=int, help="how often everything is measured (5; 1 when quick)")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the size: shows that it runs, measures nothing"
    )
    parser.add_argument("--only", type=_names(GROUPS), default=GROUPS, help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--contenders", type=_names(CONTENDERS), help=f"some of {','.join(CONTENDERS)}")
    parser.add_argument("--show", type=Path, help="print the tables of a file of results, and measure nothing")
    parser.add_argument("--output", type=Path, help="where the JSON goes (bench/results/<time>.json)")
    asked = parser.parse_args()
    asked.rounds = asked.rounds or (1 if asked.quick else 5)
    name = "quick" if asked.quick else datetime.now(UTC).strftime("%Y-%m-%dT%H%M")
    asked.output = asked.output or HERE / "results" / f"{name}.json"
    return asked


def _names(known: Any) -> Any:
    def names(given: str) -> tuple[str, ...]:
        found = tuple(one.strip() for one in given.split(","))
        unknown = [one for one in found if one not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
        return found

    return names


def _introduce(about: Json) -> None:
    click.echo(f"bench: {about['processor']}, {about['cores']} cores, {about['open files']} open files: ", nl=False)
    click.echo(f"{viewers_possible():,} viewers are possible")
    if about["load"][0] > _BUSY:
        click.echo(f"bench: the machine is busy (load {about['load'][0]}): the figures will be worse than they are")


def _prepare(stack: ExitStack, chosen: list[Measure]) -> Ground:
    """Programs, the settled city, and PostgreSQL where a measure wants it."""
    built = stack.enter_context(workshop())
    data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="inquiry-bench-city-")))
    template = data_dir / "city.sqlite"
    settled = city.settle(_environment(data_dir, f"sqlite:///{template}"), data_dir)
    ground = Ground(built, settled, data_dir, template)
    wanted = {CONTENDERS[name].database for measure in chosen for name in measure.contenders}
    if "postgres" in wanted and postgres.programs():
        ground.postgres = stack.enter_context(postgres.running())
        settled_too = city.settle(_environment(data_dir, ground.postgres.create("city")), data_dir / "postgres")
        ground.in_postgres = settled_too
    if "evening" in wanted:
        ground.evening = data_dir / "evening.sqlite"
        shutil.copyfile(template, ground.evening)
        evening.go_through(_environment(data_dir, f"sqlite:///{ground.evening}"), settled)
    with_redis = any(CONTENDERS[name].redis for measure in chosen for name in measure.contenders)
    if with_redis and not around.lacks("redis-server")():
        ground.redis_url = stack.enter_context(around.redis(data_dir))
    return ground


def _environment(data_dir: Path, database_url: str) -> dict[str, str]:
    return {"INQUIRY_DATA_DIR": str(data_dir), "INQUIRY_DATABASE_URL": database_url}


def _rounds(
    ground: Ground, chosen: list[Measure], rounds: int
) -> tuple[dict[str, Any], dict[str, float], dict[str, str]]:
    """The figures by measure and contender, how many seconds each measure took, and what could not be measured.

    Interrupted, it keeps what it has.
    """
    found: dict[str, dict[str, list[Figures]]] = defaultdict(lambda: defaultdict(list))
    took: dict[str, float] = defaultdict(float)
    unmeasured: dict[str, str] = {}
    turns = [
        (number, measure, CONTENDERS[name])
        for number in range(1, rounds + 1)
        for measure in chosen
        for name in measure.contenders
    ]
    try:
        for number, measure, contender in turns:
            reason = contender.missing() or _no_database(ground, contender)
            if reason:
                unmeasured[contender.name] = f"missing: {reason}"
                continue
            click.echo(f"bench: round {number} of {rounds}: {measure.name}: {contender.name} …", err=True)
            began = time.monotonic()
            try:
                found[measure.name][contender.name].append(_measure(ground, measure, contender))
            except CannotMeasure as failure:
                unmeasured[f"{measure.name}: {contender.name}"] = str(failure)
            took[measure.name] = round(took[measure.name] + time.monotonic() - began, 1)
    except KeyboardInterrupt:
        unmeasured["the rest"] = "interrupted"
    for measure in chosen:
        if measure.compare:
            _compare(found[measure.name], measure.compare)
    for what, why in unmeasured.items():
        click.echo(f"bench: not measured: {what}: {why}")
    return found, took, unmeasured


def _compare(found: dict[str, list[Figures]], compare: Callable[[Mapping[str, Figures]], None]) -> None:
    """Round by round, where every contender was measured."""
    for one_round in zip(*found.values(), strict=False):
        compare(dict(zip(found, one_round, strict=True)))


def _no_database(ground: Ground, contender: Contender) -> str:
    return "PostgreSQL (apt-get install postgresql)" if contender.database == "postgres" and not ground.postgres else ""


def _measure(ground: Ground, measure: Measure, contender: Contender) -> Figures:
    """One contender, once: a fresh database, fresh servers, one run of the load generator."""
    url = ground.fresh_database(contender.database) if contender.database else ""
    if measure.apart:
        module, options = measure.apart
        session = {"session": ground.city_of(contender.database).session} if module in _IN_ITS_SESSION else {}
        return _PRINTED[module](_apart(ground, module, session | options, url))
    if measure.takes:
        return _takes(ground, measure, contender, url)
    if measure.calm:
        calm = replace(measure, calm=None, load=measure.load | measure.calm, work=Work())
        return figures.beside_calm(
            _measure(ground, replace(measure, calm=None), contender), _measure(ground, calm, contender)
        )
    with ExitStack() as stack:
        servers = _serve(stack, ground, measure.work, contender, url)
        front = servers
        if contender.nginx:
            front = [stack.enter_context(around.nginx(ground.data_dir / "nginx", servers))]
        options = _options(ground, measure, contender)
        if measure.per_process:
            options["viewers"] *= len(servers)
        if measure.kills:
            options["kill"] = servers[-1].pids[0]
        pids = [pid for one in {id(one): one for one in [*servers, *front]}.values() for pid in one.pids]
        load = ground.workshop.load([one.port for one in front], pids, options)
        notes = [one.notes() for one in servers]
    wrong = _wrong_counts(url, load) if measure.votes and url else None
    kept: Figures = {}
    for keep in measure.keep:
        kept |= keep(Seen(load, notes, wrong))
    return kept


def _takes(ground: Ground, measure: Measure, contender: Contender, url: str) -> Figures:
    """The crowd is held by the load generator, while somebody presses at the director's desk."""
    here = ground.city_of(contender.database)
    with ExitStack() as stack:
        [server] = _serve(stack, ground, measure.work, contender, url)
        crowd = ThreadPoolExecutor(1)
        options = _options(ground, measure, contender)
        held = crowd.submit(ground.workshop.load, [server.port], server.pids, options)
        desk = {"port": server.port, "session": here.session, "cookie": here.host_cookie, **(measure.takes or {})}
        try:
            return figures.taken(_apart(ground, "takes", desk, url))
        finally:
            held.result()
            crowd.shutdown()


def _apart(ground: Ground, module: str, options: Mapping[str, Any], url: str) -> Json:
    """What a module of the benchmark prints that does its work in a process of its own."""
    words = [sys.executable, "-m", f"bench.{module}"]
    words += [word for name, value in options.items() for word in (f"--{name}", str(value))]
    environment = os.environ | _environment(ground.data_dir, url)
    done = subprocess.run(words, cwd=HERE.parent, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(done.stderr.strip()[-500:])
    found: Json = json.loads(done.stdout.splitlines()[-1])
    return found


def _serve(stack: ExitStack, ground: Ground, work: Work, contender: Contender, url: str) -> list[Running]:
    """The processes of a contender. The first does the work, the others hear of it."""
    environment = _environment(ground.data_dir, url) | dict(contender.environment) | {"NODE_PATH": node_path()}
    environment |= {"INQUIRY_REDIS_URL": ground.redis_url} if contender.redis else {}
    servers = []
    for number, core in enumerate(contender.cores):
        port = free_port()
        name = {"INQUIRY_PROCESS": f"bench-{number}"} if len(contender.cores) > 1 else {}
        command = contender.command(ground, port, Work(notes=work.notes) if number else work)
        servers.append(stack.enter_context(ground.workshop.serving(command, port, environment | name, core)))
    return servers


def _options(ground: Ground, measure: Measure, contender: Contender) -> dict[str, Any]:
    """The options of the load generator, in the order in which it has to read them."""
    here = ground.city_of(contender.database)
    options: dict[str, Any] = {"session": here.session, "deflate": int(contender.deflate)}
    if measure.votes:
        options |= {"cookies": here.cookies, "questions": ",".join(map(str, here.questions))}
    if measure.presses:
        options |= {"host-cookie": here.host_cookie, "floor-rev": here.floor_rev}
    return options | measure.load


def _wrong_counts(url: str, load: Json) -> float | None:
    """Of the questions on the last tick that counted something, those whose rows are not as many; None without one."""
    tallies = (load["last_tick"] or {}).get("tallies")
    if not tallies:
        return None
    engine = connect(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT question_id, count(*) FROM supports GROUP BY question_id"))
        rows = {int(question): int(count) for question, count in found}
    engine.dispose()
    return float(sum(rows.get(int(question), 0) != votes for question, votes in tallies.items()))


def _show(told: Json) -> None:
    """The tables of what was measured, with today's goals."""
    for measure in measures(told["quick"]):
        if told["figures"].get(measure.name):
            click.echo(f"\n### {measure.name}\n\n{table(told['figures'][measure.name], measure.goals)}")


if __name__ == "__main__":
    os.environ.setdefault("INQUIRY_ASYNC_MODE", "threading")
    main()
