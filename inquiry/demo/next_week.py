"""The session of next week, still collecting: the way to school."""

from .shapes import Item, Question, Session

RUNDOWN = (
    Item("clip", "开场短片《七点二十的校门口》", "Opening film: The school gate at twenty past seven", 4),
    Item("case", "案例一：上学路上", "Case 1: on the way to school", 0),
    Item("question", "第一问：校门口的三排车", "First question: three lanes of parked cars", 8, "traffic",
         in_case=True),
    Item("question", "第二问：坐不上的校车", "Second question: no seat on the bus", 8, "transport", in_case=True),
    Item("verdict", "满意度评议：路上", "Verdict: on the road", 3, in_case=True),
    Item("case", "案例二：校门口的零食", "Case 2: what is sold at the gate", 0),
    Item("clip", "暗访短片《小卖部的第二层货架》", "Unannounced visit: the second shelf of the kiosk", 4, in_case=True,
         note_floor="关场灯，短片结束后亮"),
    Item("question", "第三问：校门口的零食", "Third question: what is sold at the gate", 8, "market", in_case=True),
    Item("break", "观众互动与线索征集", "From the audience", 3),
    Item("slot", "一把手三分钟：校门口的三件事",
        "Three minutes: three things at the school gate", 3, "education"),
    Item("verdict", "总评与承诺回读", "Final verdict, pledges read back", 5),
)  # fmt: skip

QUESTIONS = (
    Question("double-parked", "approved", -9600, "望津小学家长",
        "放学时校门口停成三排，公交车过不去，孩子只能走机动车道。能不能划出即停即走区，再错开放学时间？",
        "traffic", 84),
    Question("bus-crowded", "approved", -9300, "高一学生",
        "早上六点五十的7路车，到我们站已经关不上门了。能不能加一班学生专线？", "transport", 71),
    Question("snacks", "approved", -8700, "五年级班主任",
        "校门口小店卖的辣条没有生产日期，孩子天天买。有没有人定期查，查了能不能贴出来？", "market", 63),
    Question("after-class", "approved", -8100, "双职工家庭",
        "课后服务到五点半，可我们六点才下班。能不能延到六点半，多出来的钱我们愿意出。", "education", 57),
    Question("footpath", "approved", -7600, "白苇区居民",
        "上学路上有四百米没有人行道，孩子和货车挤一条道。补一条人行道，列进计划了吗？", "transport", 45),
    Question("guard", "merged", -7000, "匿名",
        "校门口放学停三排车，孩子在车缝里钻，能不能划即停即走区？", "traffic", 19, "double-parked"),
    Question("lunch", "waiting", -6500, "一年级家长",
        "学校的午餐从食堂改成配餐以后，送到已经凉了。菜单和价格能不能公开，家长能不能去看？", "education"),
    Question("belt", "waiting", -6100, "校车司机",
        "校车上有两根安全带扣不上，报上去一个学期没换。该找学校还是找公司？", "transport"),
    Question("myopia", "waiting", -5600, "眼镜店旁边的家长",
        "教室后排的灯又暗又闪，全班一半戴眼镜。教室照明多久检测一次，结果在哪儿看？", "education"),
    Question("e-bike", "waiting", -5200, "匿名",
        "中学生骑电动车上学不戴头盔的越来越多，学校和交警谁来管？", "traffic"),
    Question("tutor", "waiting", -4700, "王女士",
        "小区里又开了三家“托管班”，其实在补课，也没见消防通道。这类地方归谁审批？"),
    Question("siren", "waiting", -4300, "住在学校隔壁的人",
        "学校广播早上六点二十就开始放音乐，周末也放，能不能小声一点？", "education"),
)  # fmt: skip

NEXT_WEEK = Session(
    "next", "planned",
    "《问政云汀》第十三期：孩子的上学路", "Yunting Inquiry No. 13: The way to school",
    "校门口的交通、食品与照看", "Traffic, food and care at the school gate",
    60, ("education", "traffic", "transport", "market"), RUNDOWN, QUESTIONS,
    intake_days=14, day=7,
)  # fmt: skip
