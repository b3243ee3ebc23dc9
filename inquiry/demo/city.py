"""Yunting (云汀市), a city that does not exist: who signs in there. Its units stand in `units`."""

from .shapes import Person

#: What stands at the foot of every page, unless the environment says otherwise.
IMPRINT = {
    "INQUIRY_PUBLISHER": "云汀市人民政府办公室、云汀广播电视台",
    "INQUIRY_PUBLISHER_EN": "General Office of Yunting and Yunting Television",
    "INQUIRY_CONTACT": "inquiry@yunting.example",
}

#: Of all PEOPLE.
PASSWORD = "yunting-demo"  # noqa: S105 - meant to be read: the guide prints it

PEOPLE = (
    Person("admin", "administrator", "左见微", "系统管理员"),
    Person("host", "host", "乔晚舟", "云汀广播电视台主持人"),
    Person("producer", "producer", "鞠北辰", "云汀广播电视台制片人"),
    Person("moderator", "moderator", "宓小满", "提问审核员"),
    Person("moderator2", "moderator", "谷雨声", "提问审核员"),
    Person("clerk", "clerk", "钮书行", "现场书记员"),
    Person("urban", "official", "岳芳舟", "市城市管理局副局长", "urban"),
    Person("housing", "official", "樊知秋", "市住房和城乡建设局副局长", "housing"),
    Person("tingnan", "official", "郁听澜", "汀南区副区长", "tingnan"),
    Person("tingbei", "official", "鲁怀谷", "汀北区区长", "tingbei"),
    Person("changdi", "official", "骆青圩", "长堤区区长", "changdi"),
    Person("shiji", "official", "阎启樵", "石矶区区长", "shiji"),
    Person("lanpu", "official", "路未晞", "澜浦区副区长", "lanpu"),
    Person("staff", "staff", "贝思齐", "市政府督查室督办专员"),
    Person("staff2", "staff", "谭未央", "市政府督查室督办专员"),
    Person("leader", "leader", "洪照禾", "分管副市长"),
    Person("mayor", "leader", "俞景淮", "市长"),
)
