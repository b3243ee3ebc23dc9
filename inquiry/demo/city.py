"""Yunting (云汀市): a city that does not exist, with its districts, streets, departments and people."""

from .shapes import Person, Unit

UNITS = (
    Unit("yunting", "city", "云汀市人民政府", "Yunting Municipal Government", None, "俞景淮", "市长"),
    Unit("tingnan", "district", "汀南区人民政府", "Tingnan District", "yunting", "柏舒远", "区长"),
    Unit("tingbei", "district", "汀北区人民政府", "Tingbei District", "yunting", "鲁怀谷", "区长"),
    Unit("yunlu", "district", "云麓区人民政府", "Yunlu District", "yunting", "祁若川", "区长"),
    Unit("baiwei", "district", "白苇区人民政府", "Baiwei District", "yunting", "邵知勉", "区长"),
    Unit("changdi", "district", "长堤区人民政府", "Changdi District", "yunting", "骆青圩", "区长"),
    Unit("ludang", "street", "芦荡街道办事处", "Ludang Street", "tingnan", "苗立棠", "主任"),
    Unit("liuyin", "street", "柳荫街道办事处", "Liuyin Street", "tingnan", "耿素荷", "主任"),
    Unit("gubu", "street", "古埠街道办事处", "Gubu Street", "tingbei", "车向禾", "主任"),
    Unit("shideng", "street", "石磴街道办事处", "Shideng Street", "yunlu", "佟以宁", "主任"),
    Unit("weitang", "street", "苇塘街道办事处", "Weitang Street", "baiwei", "娄晓堤", "主任"),
    Unit("urban", "department", "市城市管理局", "Urban Management Bureau", "yunting", "庄砚之", "局长"),
    Unit("ecology", "department", "市生态环境局", "Ecology and Environment Bureau", "yunting", "米若溪", "局长"),
    Unit("housing", "department", "市住房和城乡建设局", "Housing and Construction Bureau", "yunting", "阮承陆", "局长"),
    Unit("transport", "department", "市交通运输局", "Transport Bureau", "yunting", "戚远帆", "局长"),
    Unit("education", "department", "市教育局", "Education Bureau", "yunting", "卓文蔚", "局长"),
    Unit("health", "department", "市卫生健康委员会", "Health Commission", "yunting", "桑以安", "主任"),
    Unit("traffic", "department", "市公安局交通警察支队", "Traffic Police", "yunting", "雷牧禾", "支队长"),
    Unit("water", "department", "市水务局", "Water Bureau", "yunting", "汪澄澜", "局长"),
    Unit("market", "department", "市市场监督管理局", "Market Regulation Bureau", "yunting", "褚衡之", "局长"),
    Unit("labour", "department", "市人力资源和社会保障局", "Human Resources and Social Security Bureau", "yunting",
         "鄢禾生", "局长"),
    Unit("civil", "department", "市民政局", "Civil Affairs Bureau", "yunting", "蓝慈安", "局长"),
)  # fmt: skip

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
    Person("staff", "staff", "贝思齐", "市政府督查室督办专员"),
    Person("staff2", "staff", "谭未央", "市政府督查室督办专员"),
    Person("leader", "leader", "洪照禾", "分管副市长"),
)
