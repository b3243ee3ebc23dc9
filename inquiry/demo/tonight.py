"""The session that is live now, thirty-one minutes in: old housing blocks and the face of the city."""

from .shapes import Item, Pledge, Question, Response, Session, Slot, Step

MINUTES_AGO = 31.0

RUNDOWN = (
    Item("clip", "开场短片《楼道里的一年》", "Opening film: A year in the stairwell", 4, minute=0, end_minute=4.2),
    Item("case", "案例一：夜市街", "Case 1: Night Market Street", 0),
    Item("question", "第一问：夜市散场以后",
        "First question: after the night market", 8, "urban", "market", 4.2, 13.5,
         (Slot("urban", "庄砚之", "市城市管理局局长", 180, 6.0, 9.4, 30),), in_case=True),
    Item("verdict", "满意度评议：夜市街", "Verdict: Night Market Street", 2, minute=13.5, end_minute=15.8,
         in_case=True),
    Item("case", "案例二：加装电梯", "Case 2: a lift for the old block", 0),
    Item("clip", "暗访短片《三趟都没跑成》", "Unannounced visit: three errands for nothing", 4,
         minute=15.8, end_minute=20.1, in_case=True, note_floor="关场灯，短片结束后亮"),
    Item("question", "第二问：一部电梯要盖几个章", "Second question: how many stamps for one lift", 8,
         "housing", "lift", 20.1, 29.4,
         (Slot("housing", "阮承陆", "市住房和城乡建设局局长", 180, 21.5, 24.5),
          Slot("housing", "阮承陆", "市住房和城乡建设局局长", 90, 26.2, 27.6)), in_case=True),
    Item("case", "案例三：漫水的巷子", "Case 3: the lane under water", 0),
    Item("question", "第三问：漫水的巷子", "Third question: the lane under water", 8, "tingnan", "lane", 29.4, None,
         (Slot("tingnan", "柏舒远", "汀南区区长", 180, 30.2),), in_case=True, note_host="问清开工日期，再请记录员复述"),
    Item("verdict", "满意度评议：漫水的巷子", "Verdict: the lane under water", 2, in_case=True),
    Item("break", "观众互动与线索征集", "From the audience", 3),
    Item("slot", "一把手三分钟：给老小区一张时间表", "Three minutes: a timetable for the old blocks", 3, "housing"),
    Item("question", "现场追问", "Questions from the floor", 12),
    Item("verdict", "总评与承诺回读", "Final verdict, pledges read back", 5),
)  # fmt: skip

ANSWERED = (
    Question("market", "answered", -2400, "夜市街北口住户",
        "夜市街散场以后满地油污和竹签，凌晨还有人敲着桶洗锅。请问城管局，能不能定一个收摊时间？"
        "收摊以后谁来把地洗干净？", "urban", 214, responses=(
        Response("urban", "庄砚之", "市城市管理局局长", "specific_commitment",
            "夜市街从明晚起统一二十三点收摊，收摊后半小时内由市容保障科安排洗扫车冲洗，街口公示责任人和电话。十天内，"
            "把油水分离桶配到每一个摊位。", 6.0, 9.4, pledges=(
            Pledge("market-closing",
                "从明晚起二十三点收摊，收摊后半小时内把地洗干净。",
                "urban", "统一二十三点收摊，收摊后半小时内洗地", "夜市街", "季安阑", 1, (
                Step("confirm_pledge", "urban", minute=11.0),
            )),
            Pledge("market-barrels",
                "十天内把油水分离桶配到每一个摊位。", "urban", "配齐油水分离桶", "夜市街全部摊位", "季安阑", 10),
        )),
    )),
    Question("lift", "answered", -1980, "柳荫里七栋居民",
        "柳荫里小区想加装电梯，申请材料交了三次，每次都说缺一份不一样的。能不能一次性告诉我们到底要哪些材料、"
        "找哪个窗口？", "housing", 187, responses=(
        Response("housing", "阮承陆", "市住房和城乡建设局局长", "generic_commitment",
            "加装电梯这件事我们高度重视，下一步会尽快梳理流程，逐步实现一窗受理。", 21.5, 24.5, pledges=(
            Pledge("lift-flow", "尽快梳理流程，逐步实现一窗受理。", "housing"),
        )),
        Response("housing", "阮承陆", "市住房和城乡建设局局长", "specific_commitment",
            "主持人问日期，我给日期：材料清单一周内贴到每一个社区服务站，缺什么一次告知，"
            "统一到市民服务中心建设综合窗办理，由樊知秋副局长负责。", 26.2, 27.6, pledges=(
            Pledge("lift-list",
                "材料清单一周内贴到每一个社区服务站，缺什么一次告知。",
                "housing", "公布材料清单并实行一次告知", "加装电梯申请", "樊知秋", 7, (
                Step("confirm_pledge", "housing", minute=29.0),
            )),
        )),
    )),
)  # fmt: skip

ON_AIR = (
    Question("lane", "on_air", -2700, "竹篙巷一楼住户",
        "芦荡路背后的竹篙巷一下雨就漫水，化粪池跟着往外冒，一楼的老人只能踮着砖头出门。排水改造说了三年，"
        "到底哪一天开工？", "tingnan", 263),
)  # fmt: skip

APPROVED = (
    Question("facade", "approved", -1500, "石磴街道居民",
        "我们楼外墙的瓷砖往下掉，去年砸坏了一辆电动车，物业拉了根绳子就不管了。维修资金怎么申请，多久能批下来？",
        "housing", 156),
    Question("charging", "approved", -1320, "古埠老街住户",
        "古埠老街的飞线充电从四楼窗户一直拉到一楼，去年冬天烧过一次。集中充电桩什么时候能装上？", "tingbei", 141),
    Question("fumes", "approved", -1100, "不愿开窗的人",
        "小区对面烧烤城的油烟直接排到我家阳台，净化器装了也不开，检查的人一走就关。能不能装在线监测？",
        "ecology", 119),
    Question("lamps", "approved", -980, "纺织厂夜班工人",
        "芦荡路从桥头到菜场这一段灭了十来盏路灯，下夜班的女工都结伴走。路灯什么时候能亮？", "urban", 132),
    Question("bikes", "approved", -860, "视障人士家属",
        "共享单车把盲道全占了，盲人朋友怎么走路？清理一次只管半天，能不能划出固定的停放区？", "urban", 98),
    Question("rubbish", "approved", -700, "柳荫菜场摊主",
        "柳荫菜场后门的建筑垃圾堆了半个月，一下雨就流黑水。到底归街道管还是归城管管？", "tingnan", 87),
    Question("school-gate", "approved", -640, "接孩子的外公",
        "学校门口放学的时候三排车道停两排，孩子从车缝里钻。能不能错时放学，或者划一段即停即走？", "traffic", 76),
    Question("pressure", "approved", -560, "六楼住户",
        "我家住六楼，夏天晚上洗澡的水跟线一样细。二次供水泵房改造的名单上，到底有没有我们小区？", "water", 69),
    Question("bins", "approved", -420, "分了两年垃圾的人",
        "我们把垃圾分成四个桶，收运的时候又倒进同一辆车。那我们分它干什么？请把车分开，也把话说清楚。", "urban", 64),
    Question("green", "approved", -300, "苇塘街道居民",
        "老旧小区改造把绿化带全铺成了停车位，改造之前征求过谁的意见？方案能不能先在楼道里贴出来？", "housing", 58),
    Question("canteen", "approved", -180, "陈女士",
        "楼下的社区食堂挂牌一年了，一直没开火，老人中午还是吃泡面。食堂到底什么时候能开？", "civil", 52),
    Question("piling", "approved", -95, "失眠的邻居",
        "隔壁工地半夜两点还在打桩，打电话过去只说“特殊工序批准了”。批文能不能提前贴在小区门口？", "ecology", 47),
    Question("upkeep", "approved", -60, "望津苑业主",
        "电梯里的牌子写着半月维保一次，可我们三个月没见过维保的人。那些记录是真的吗？", "market", 41),
    Question("income", "approved", -42, "望津苑业主",
        "物业费我们按月交，电梯坏了还要业主再凑钱，小区公共收益去哪儿了？业委会换届卡了半年没有动静。",
        "housing", 38),
    Question("bus", "approved", -20, "白苇区退休教师",
        "12路公交改线以后，我们老小区门口的站没了，老人去医院要转两趟车。能不能恢复这一站？", "transport", 33),
    Question("canopy", "approved", 3, "淋雨的居民",
        "我们小区的改造做到一半停了，雨棚只装了半边，施工队说没结到款。尾款什么时候结，谁来收尾？", "baiwei", 29),
    Question("toilet", "approved", 7, "出租车司机", "竹篙巷的公厕为什么晚上九点就锁门？", "tingnan", 24),
    Question("ground-floor", "approved", 12, "柳荫里居民",
        "加装电梯，一楼邻居不同意怎么办？有没有补偿的办法可以参考，社区能不能出面谈一次？", "housing", 21),
    Question("stickers", "approved", 16, "匿名",
        "楼道里的小广告铲了又贴，还有人直接喷在门上。上面明明留着电话，为什么找不到人？", None, 17),
    Question("parking", "approved", 19, "夜归人",
        "老小区没有停车位，晚上停路边贴罚单，停小区里邻居吵架。我们到底该停哪儿？", None, 15),
)  # fmt: skip

WAITING = (
    Question("bearing-wall", "waiting", 24.5, "五楼的人",
        "楼上装修把承重墙砸了，社区说管不了。这种事报给谁，能当天来人看？", "housing"),
    Question("lamps-again", "waiting", 25.2, "匿名", "路灯！芦荡路！灭了三个月了！什么时候亮？", "urban"),
    Question("last-time", "waiting", 26.0, "每期都看的观众",
        "上一期承诺换的井盖，换了几个？能不能每次开场先报一报上次答应的事办成了多少？"),
    Question("handrail", "waiting", 26.7, "宝妈",
        "小区健身器材断了一根扶手，铁茬子露在外面，孩子天天在那儿玩，谁负责修？"),
    Question("drain", "waiting", 27.4, "石磴街道居民",
        "下水道返味，厨房地漏每天晚上咕噜咕噜响。物业说是市政管网的事，市政说是小区里面的事，我该信谁？"),
    Question("dare", "waiting", 28.0, "柳荫里居民",
        "局长，您住的小区也是这样吗？您敢不敢今晚散场以后，跟我们回楼里走一趟？", "housing"),
    Question("hukou", "waiting", 28.6, "刘先生", "我儿子明年上小学，两套房子，户口落在哪边合适？"),
    Question("stall", "waiting", 29.3, "馄饨摊摊主",
        "我在夜市街摆了八年馄饨摊，也想干干净净做生意。能不能给我们划个固定的地方，接上水和电？", "urban"),
    Question("dates", "waiting", 30.1, "匿名", "今晚的承诺能不能都写清楚日期？别再说“尽快”了。"),
    Question("bikes-again", "waiting", 30.6, "地铁口上班族",
        "盲道上停的全是共享单车，城管能不能划个停放区管一管？", "urban"),
)  # fmt: skip

REFUSED = (
    Question("abuse", "refused", -35, "匿名",
        "你们就是一群吃干饭的，上台背稿子谁不会，都给我滚下来！",
        reason="abusive", note="欢迎就具体问题提问，请不要辱骂他人。"),
    Question("exposed", "refused", 5, "匿名",
        "三栋六楼那个姓马的天天把垃圾扔楼道，她在某某银行上班，大家去她单位闹！",
        "ludang", reason="private", note="涉及他人隐私，不能公开。乱扔垃圾的情况可以不点名再提一次。"),
    Question("advert", "refused", 14, "便民服务",
        "专业疏通下水道、空调移机、高价回收旧家电，加微信有优惠，全城上门。", reason="spam"),
)  # fmt: skip

MERGED = (
    Question("lamps-dark", "merged", -410, "骑车回家的人",
        "芦荡路从桥头到菜场路灯灭了好久，晚上黑得看不见路。", "urban", 26, "lamps"),
    Question("lamps-when", "merged", -66, "匿名",
        "请问芦荡路的路灯什么时候能亮？从桥头到菜场全黑了。", "urban", 18, "lamps"),
    Question("rubbish-heap", "merged", -230, "菜场楼上住户",
        "柳荫菜场后门垃圾堆成山了，臭得开不了窗，没有人清吗？", None, 12, "rubbish"),
    Question("lift-papers", "merged", -150, "匿名",
        "加装电梯到底要交什么材料？跑了三趟，每次都说不齐。", "housing", 31, "lift"),
)  # fmt: skip

TONIGHT = Session(
    "tonight", "live",
    "《问政云汀》第十二期：老小区的新日子", "Yunting Inquiry No. 12: New days for old blocks",
    "老旧小区与市容环境", "Old housing blocks and the face of the city",
    60, ("housing", "urban", "tingnan", "ecology"), RUNDOWN,
    ANSWERED + ON_AIR + APPROVED + WAITING + REFUSED + MERGED,
    intake_days=3, minutes_ago=MINUTES_AGO,
)  # fmt: skip
