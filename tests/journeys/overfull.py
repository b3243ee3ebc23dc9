"""A city in which everything is as long as it may be, and there is more of it than anybody can read at once."""

from typing import Any

from tests.journeys.people import in_minutes
from tests.support.client import Connect
from tests.support.people import Person
from tests.support.server import Server

UNIT = "云汀市城市管理和综合行政执法局市容环境卫生与户外广告设置管理及城市照明设施养护监督中心联合办公室（筹备）"
UNIT_EN = (
    "Joint Office for City Appearance, Sanitation, Outdoor Advertising and Street Lighting Supervision (in preparation)"
)
TITLE = (
    "家门口的路、灯、水、电、气、暖、网、梯、绿、停：老旧小区改造与背街小巷整治“最后一公里”专题问政（第一百二十八期）"
)
TITLE_EN = (
    "Roads, lamps, water, power, gas, heating, lifts, parking: the last mile of renewing old blocks and back streets"
)
SPEAKER = "买买提·吐尔逊·阿卜杜热合曼诺维奇"
SPEAKER_TITLE = "党组书记、局长，兼市老旧小区改造与背街小巷整治工作领导小组办公室常务副主任（主持日常工作）"
LONG = (
    "我们小区从前年春天开始改造，先挖路后埋管，埋完管又挖路，前后挖了五次，每次都说是最后一次。"
    "现在雨天一脚泥，晴天一身灰，老人摔了两个，救护车开不进来。电梯的钱交了八个月，井道还是一个坑。"
    "请问到底是哪一个单位总牵头，哪一天全部完工，之前交的钱由谁保管、怎么退，能不能当着大家的面说清楚？"
)
UNBROKEN = "https://example.org/" + "a-very-long-address-without-any-place-to-break-" * 6
PHONES = 40


def longest(number: int) -> str:
    """A question of five hundred characters, unlike the others."""
    return (f"第{number}个问题。" + LONG * 5)[:500]


class Overfull:
    """Fills a settled city over its public interface; `codes` are those of its sessions."""

    def __init__(self, server: Server, connect: Connect) -> None:
        self.server, self.connect = server, connect
        self.producer, self.host, self.moderator, self.clerk, self.administrator = (
            Person(server.url, connect).sign_in(login)
            for login in ("producer", "host", "moderator", "clerk", "administrator")
        )
        self.unit = self.administrator.call(
            "accounts.add_unit", name=UNIT, name_en=UNIT_EN, kind="department", parent=1, head=SPEAKER
        )["unit"]
        self.codes = {"full": self._full(), "idle": self._live("夜谈"), "film": self._film()}

    def _plan(self, title: str, title_en: str = "", units: tuple[int, ...] = (2,)) -> dict[str, Any]:
        return self.producer.call(
            "live.create_session", title=title, title_en=title_en, theme=TITLE * 2 if title_en else "", units=units,
            starts_at=in_minutes(-20), planned_minutes=90,
        )  # fmt: skip

    def _live(self, title: str) -> str:
        made = self._plan(title)
        self.host.call("live.open_intake", session=made["session"])
        self.host.call("live.go_live", session=made["session"])
        return str(made["code"])

    def _film(self) -> str:
        made = self._plan("短片之夜")
        item = self.host.call(
            "live.add_item",
            session=made["session"],
            kind="clip",
            title="《" + LONG[:180] + "》",
            planned_minutes=4,
            unit=2,
        )["item"]
        self.host.call("live.go_live", session=made["session"])
        self.host.call("questions.take_item", session=made["session"], item=item, seen=0)
        return str(made["code"])

    # --- the overfull evening ----------------------------------------------------------------------------------------

    def _full(self) -> str:
        made = self._plan(TITLE, TITLE_EN, (self.unit, 2, 3))
        self.session = int(made["session"])
        for number in range(24):
            self.host.call(
                "live.add_item", session=self.session, kind=("clip", "slot", "verdict", "break")[number % 4],
                title=f"第{number + 1}项：{TITLE}", title_en=TITLE_EN, planned_minutes=4, unit=self.unit,
            )  # fmt: skip
        self.host.call("live.open_intake", session=self.session)
        self.host.call("live.go_live", session=self.session)
        asked = self._ask()
        for one in asked[:60]:
            self.moderator.call("questions.approve", question=one, seen=0, unit=self.unit)
        self._put_on_air(asked[1])
        self._promise(asked[1])
        return str(made["code"])

    def _ask(self) -> list[int]:
        """Three questions from each phone; the first phone is kept, to look at its own."""
        asked: list[int] = []
        for phone in range(PHONES):
            person = Person(self.server.url, self.connect).join()
            self.phone = person if phone == 0 else self.phone
            for nth in range(3):
                number = 3 * phone + nth
                text = (
                    UNBROKEN[:500] if number == 2 else longest(number) if number % 3 < 2 else f"{number}号楼的路灯呢？"
                )
                asker = "住在尽头那一栋六楼西户的退休老教师和他的邻居们" if number % 2 else ""
                asked.append(person.call("questions.ask", session=self.session, text=text, asker=asker)["question"])
        return asked

    def _put_on_air(self, question: int) -> None:
        seen = self.host.call("questions.put_on_air", session=self.session, question=question, seen=0)["floor_rev"]
        self.host.call(
            "live.start_slot", session=self.session, seen=seen, unit=self.unit, speaker=SPEAKER,
            speaker_title=SPEAKER_TITLE, seconds=5400,
        )  # fmt: skip

    def _promise(self, question: int) -> None:
        for number in range(3):
            response = self.clerk.call(
                "responses.record_response", question=question, unit=self.unit, kind="generic_commitment",
                text=f"第{number + 1}次回应：会尽快、逐步、适时研究。" + LONG * 4,
            )["response"]  # fmt: skip
            self.clerk.call(
                "pledges.record_pledge", response=response, spoken=LONG, action=LONG[:120], object=LONG[:80],
                officer=SPEAKER, lead_unit=2,
            )  # fmt: skip
