"""What the chapters of an evening share: who is there, what is asked and promised, what they keep in mind."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.desks import ClerkDesk, HostDesk, ModerationDesk, OfficialDesk, Spoken
from tests.journeys.office import Asker, Reader, Staff, Unit
from tests.journeys.people import Phone, Planner, Receipt, Screen, Somebody
from tests.support.browser import ROOT, Chromium
from tests.support.server import Server

TONIGHT, NEXT_WEEK = "路灯与停车：今晚问政", "下周问政：排水"
LAMPS = "柳浪路从桥头到菜场的路灯灭了三个月，什么时候能亮？"
LAMPS_TOO = "柳浪路桥头到菜场的路灯灭了三个月了，到底什么时候亮？"
RUDE = "你们这些人就知道吃干饭，滚下台去！"
CLUMSY = "停车！！！老小区停车咋整啊急急急"
WELL_PUT = "老旧小区车位不够，什么时候划定可以错时停车的路段？"
NIGHT_WORK = "夜里施工的批文，能不能提前贴在小区门口？"
STALLS = "菜场门口的占道摊位，什么时候能有个固定的去处？"

PROMISED = Spoken("月底前把柳浪路二十盏路灯全部修好，照明科周立言负责。", "修复路灯", "柳浪路二十盏", "周立言", "+30")
VAGUE = Spoken("我们会尽快研究解决，逐步改善。")


@dataclass
class Evening:
    """Who is there, and what they keep in mind from one chapter to the next."""

    chromium: Chromium
    server: Server
    say: Callable[[str], None]
    folder: Path
    code: str = ""
    real: str = ""
    aired: str = ""
    left: str = ""
    rows: int = 0
    receipts: dict[str, Receipt] = field(default_factory=dict)
    planner: Planner = field(init=False)
    screen: Screen = field(init=False)
    host: HostDesk = field(init=False)
    other_host: HostDesk = field(init=False)
    moderator: ModerationDesk = field(init=False)
    clerk: ClerkDesk = field(init=False)
    official: OfficialDesk = field(init=False)
    ann: Phone = field(init=False)
    bo: Phone = field(init=False)
    chen: Phone = field(init=False)
    reader: Reader = field(init=False)
    asker: Asker = field(init=False)
    unit: Unit = field(init=False)
    staff: Staff = field(init=False)

    @property
    def phones(self) -> list[Phone]:
        return [self.ann, self.bo, self.chen]

    @property
    def everybody(self) -> dict[str, Somebody]:
        """Whoever has come by now, by name."""
        return {name: one for name, one in vars(self).items() if isinstance(one, Somebody)}

    def inquiry(self, *words: str) -> subprocess.CompletedProcess[str]:
        """What the command line of the same installation says."""
        command = [sys.executable, "-m", "inquiry.cli", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.server.environment, capture_output=True, text=True, timeout=60
        )
