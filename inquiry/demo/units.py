"""Who is answerable in Yunting: thirteen districts, thirty departments and sixty streets, and who heads them.

The city is invented: no unit of it is a real one, and nobody who heads one is anybody. What stands here in one order is
listed everywhere in that order.
"""

from collections import Counter

from .shapes import Head, Unit

_DISTRICTS = (
    ("tingnan", "汀南区", "Tingnan District", "柏舒远"),
    ("tingbei", "汀北区", "Tingbei District", "鲁怀谷"),
    ("yunlu", "云麓区", "Yunlu District", "祁若川"),
    ("baiwei", "白苇区", "Baiwei District", "邵知勉"),
    ("changdi", "长堤区", "Changdi District", "骆青圩"),
    ("fengyu", "枫屿区", "Fengyu District", "席砚秋"),
    ("shiji", "石矶区", "Shiji District", "阎启樵"),
    ("lanpu", "澜浦区", "Lanpu District", "明疏影"),
    ("luwan", "鹭湾区", "Luwan District", "尉迟牧"),
    ("lindu", "临渡区", "Lindu District", "伏临溪"),
    ("tongjin", "桐津区", "Tongjin District", "都桐生"),
    ("qingtang", "青棠区", "Qingtang District", "濮阳棠"),
    ("lingzhou", "菱洲区", "Lingzhou District", "晏如洲"),
)

#: By the district that they stand under.
_STREETS = {
    "tingnan": (
        ("ludang", "芦荡", "Ludang", "苗立棠"), ("liuyin", "柳荫", "Liuyin", "耿素荷"),
        ("zhugao", "竹篙", "Zhugao", "凌霁初"), ("wangjin", "望津", "Wangjin", "柯引舟"),
        ("dukouqiao", "渡口桥", "Dukouqiao", "单渡平"), ("hebu", "荷埠", "Hebu", "冉荷清"),
        ("nanyan", "南堰", "Nanyan", "仇南亭"), ("yanliu", "烟柳", "Yanliu", "司徒绵"),
    ),
    "tingbei": (
        ("gubu", "古埠", "Gubu", "车向禾"), ("songyan", "松烟", "Songyan", "解松年"),
        ("beiting", "北汀", "Beiting", "麦北屏"), ("mofang", "磨坊", "Mofang", "缪石安"),
        ("yanchi", "砚池", "Yanchi", "池墨农"), ("guizhi", "桂枝", "Guizhi", "臧桂影"),
        ("shiqiaotou", "石桥头", "Shiqiaotou", "巩乔木"),
    ),
    "yunlu": (
        ("shideng", "石磴", "Shideng", "佟以宁"), ("yunjiao", "云脚", "Yunjiao", "荀岫云"),
        ("chatingao", "茶亭坳", "Chatingao", "翁采蕨"), ("zhenquan", "枕泉", "Zhenquan", "漆听泉"),
        ("luqi", "鹿栖", "Luqi", "辛鹿鸣"), ("shanying", "杉影", "Shanying", "衡杉月"),
    ),
    "baiwei": (
        ("weitang", "苇塘", "Weitang", "娄晓堤"), ("ouzhu", "鸥渚", "Ouzhu", "鄂渚平"),
        ("puwan", "蒲湾", "Puwan", "宁蒲生"), ("lingjiaotang", "菱角塘", "Lingjiaotang", "栗采菱"),
        ("yanluo", "雁落", "Yanluo", "边雁回"), ("ouqiao", "藕桥", "Ouqiao", "戎藕花"),
    ),
    "changdi": (
        ("ditou", "堤头", "Ditou", "管长汀"), ("huaidi", "槐堤", "Huaidi", "怀序平"),
        ("wangshui", "望水", "Wangshui", "巫望舒"), ("tiemao", "铁锚", "Tiemao", "锺铁声"),
        ("dengfu", "灯浮", "Dengfu", "厉灯明"),
    ),
    "fengyu": (
        ("fengzhu", "枫渚", "Fengzhu", "洪枫渡"), ("chiye", "赤叶", "Chiye", "霍叶舟"),
        ("yuqian", "屿前", "Yuqian", "屠屿山"), ("tingchao", "听潮", "Tingchao", "莘听潮"),
        ("fanying", "帆影", "Fanying", "闻帆落"),
    ),
    "shiji": (
        ("jitou", "矶头", "Jitou", "矫石坚"), ("zaoshi", "凿石", "Zaoshi", "牟凿泉"),
        ("shilian", "石帘", "Shilian", "甘帘青"), ("lutai", "炉台", "Lutai", "冶承炉"),
        ("zheyan", "赭岩", "Zheyan", "祝岩松"),
    ),
    "lanpu": (
        ("lankou", "澜口", "Lankou", "鱼澜生"), ("pumei", "浦湄", "Pumei", "湛浦月"),
        ("xincao", "新漕", "Xincao", "曲漕平"), ("shaou", "沙鸥", "Sha'ou", "欧阳汀"),
    ),
    "luwan": (
        ("luting", "鹭汀", "Luting", "郗鹭洲"), ("yuegong", "月弓", "Yuegong", "弓月朗"),
        ("yuhuo", "渔火", "Yuhuo", "蒙渔樵"), ("wanzhong", "晚钟", "Wanzhong", "鲍晚晴"),
    ),
    "lindu": (
        ("duqian", "渡前", "Duqian", "寇渡明"), ("mudu", "牧渡", "Mudu", "羊牧野"),
        ("yiliu", "驿柳", "Yiliu", "仲柳驿"), ("zhouji", "舟楫", "Zhouji", "楚舟楫"),
    ),
    "tongjin": (
        ("tonghua", "桐花", "Tonghua", "幸桐花"), ("wuyin", "梧荫", "Wuyin", "孔梧荫"),
        ("qintong", "琴桐", "Qintong", "秦若桐"),
    ),
    "qingtang": (("tangli", "棠梨", "Tangli", "索棠梨"), ("qingheng", "青蘅", "Qingheng", "葛蘅芜")),
    "lingzhou": (("lingge", "菱歌", "Lingge", "郦菱歌"),),
}  # fmt: skip

_DEPARTMENTS = (
    ("urban", "市城市管理局", "Urban Management Bureau", "庄砚之", "局长"),
    ("ecology", "市生态环境局", "Ecology and Environment Bureau", "米若溪", "局长"),
    ("housing", "市住房和城乡建设局", "Housing and Construction Bureau", "阮承陆", "局长"),
    ("transport", "市交通运输局", "Transport Bureau", "戚远帆", "局长"),
    ("education", "市教育局", "Education Bureau", "卓文蔚", "局长"),
    ("health", "市卫生健康委员会", "Health Commission", "桑以安", "主任"),
    ("traffic", "市公安局交通警察支队", "Traffic Police", "雷牧禾", "支队长"),
    ("water", "市水务局", "Water Bureau", "汪澄澜", "局长"),
    ("market", "市市场监督管理局", "Market Regulation Bureau", "褚衡之", "局长"),
    ("labour", "市人力资源和社会保障局", "Human Resources and Social Security Bureau", "鄢禾生", "局长"),
    ("civil", "市民政局", "Civil Affairs Bureau", "蓝慈安", "局长"),
    ("reform", "市发展和改革委员会", "Development and Reform Commission", "申屠衍", "主任"),
    ("industry", "市工业和信息化局", "Industry and Information Technology Bureau", "易铸之", "局长"),
    ("science", "市科学技术局", "Science and Technology Bureau", "桂知微", "局长"),
    ("police", "市公安局", "Public Security Bureau", "印守常", "局长"),
    ("justice", "市司法局", "Justice Bureau", "衡平允", "局长"),
    ("finance", "市财政局", "Finance Bureau", "贡量入", "局长"),
    ("land", "市自然资源和规划局", "Natural Resources and Planning Bureau", "梁仲疆", "局长"),
    ("farming", "市农业农村局", "Agriculture and Rural Affairs Bureau", "稽春畦", "局长"),
    ("commerce", "市商务局", "Commerce Bureau", "商陆川", "局长"),
    ("culture", "市文化广电和旅游局", "Culture, Radio, Television and Tourism Bureau", "宓弦歌", "局长"),
    ("emergency", "市应急管理局", "Emergency Management Bureau", "全无恙", "局长"),
    ("audit", "市审计局", "Audit Bureau", "权知度", "局长"),
    ("statistics", "市统计局", "Statistics Bureau", "束允恭", "局长"),
    ("insurance", "市医疗保障局", "Healthcare Security Bureau", "弋安年", "局长"),
    ("services", "市政务服务和数据管理局", "Government Services and Data Bureau", "隋之简", "局长"),
    ("assets", "市国有资产监督管理委员会", "State-owned Assets Commission", "钟离固", "主任"),
    ("veterans", "市退役军人事务局", "Veterans Affairs Bureau", "戎归田", "局长"),
    ("sports", "市体育局", "Sports Bureau", "步云腾", "局长"),
    ("fire", "市消防救援支队", "Fire and Rescue", "佘长宁", "支队长"),
)  # fmt: skip

UNITS = (
    Unit("yunting", "city", "云汀市人民政府", "Yunting Municipal Government", None, "俞景淮", "市长"),
    *(
        Unit(key, "district", f"{name}人民政府", name_en, "yunting", head, "区长")
        for key, name, name_en, head in _DISTRICTS
    ),
    *(
        Unit(key, "department", name, name_en, "yunting", head, title)
        for key, name, name_en, head, title in _DEPARTMENTS
    ),
    *(
        Unit(key, "street", f"{name}街道办事处", f"{name_en} Street", district, head, "主任")
        for district, streets in _STREETS.items()
        for key, name, name_en, head in streets
    ),
)  # fmt: skip

#: Heads of before, each until a day of the last year: then today's took over. A street had two.
HEADS_BEFORE = (
    Head("lanpu", "封令仪", "区长", -205),
    Head("lindu", "褚遂川", "区长", -118),
    Head("qingtang", "危思安", "代区长", -287),
    Head("reform", "晁仲文", "主任", -240),
    Head("commerce", "景行止", "局长", -163),
    Head("fire", "宿卫民", "支队长", -72),
    Head("sports", "展翼飞", "局长", -41),
    Head("insurance", "乌益之", "局长", -318),
    Head("wangjin", "栾津渡", "主任", -260),
    Head("wangjin", "原望春", "主任", -95),
    Head("mofang", "磨知砺", "主任", -142),
    Head("puwan", "蒲青箬", "主任", -56),
    Head("tiemao", "铁铮然", "主任", -221),
    Head("zheyan", "赫连岩", "主任", -188),
    Head("yuhuo", "于星火", "主任", -83),
    Head("tonghua", "相桐荫", "主任", -304),
)  # fmt: skip

#: Peer groups: the districts, the departments, and the streets of each district that has several.
_STREETS_OF = Counter(unit.parent for unit in UNITS if unit.kind == "street")
GROUPS = {
    "districts": ("各区", "Districts"),
    "departments": ("市直部门", "Departments"),
    **{
        f"streets of {key}": (f"{name}各街道", f"Streets of {name_en}")
        for key, name, name_en, _head in _DISTRICTS
        if _STREETS_OF[key] > 1
    },
}


def group_of(unit: Unit) -> str | None:
    """The key of the peer group that a unit belongs to; a street that is alone in its district has no peers."""
    key = {"district": "districts", "department": "departments", "street": f"streets of {unit.parent}"}.get(unit.kind)
    return key if key in GROUPS else None
