"""The session that ended thirty days ago: lamps, manhole covers and back lanes, and what became of what was promised.

Of its nine pledges one is kept, one claimed done and waiting for the check, one returned, one overdue, one extended,
one disputed, one in progress, one confirmed and not begun, and one was never confirmed: its spoken version stands.
"""

from .shapes import Item, Pledge, Question, Response, Session, Slot, Step

RUNDOWN = (
    Item("clip", "开场短片《回家的最后五百米》",
        "Opening film: The last five hundred metres", 4, minute=0, end_minute=4.5),
    Item("question", "第一问：灭了的路灯", "First question: the dark lamps", 8, "urban", "lamps-old", 4.5, 13.0,
         (Slot("urban", "庄砚之", "市城市管理局局长", 180, 6.0, 9.2),)),
    Item("question", "第二问：会响的井盖", "Second question: the clanging covers", 8, "urban", "covers", 13.0, 20.5,
         (Slot("urban", "庄砚之", "市城市管理局局长", 120, 14.2, 16.1),)),
    Item("verdict", "满意度评议：路灯与井盖", "Verdict: lamps and covers", 3, minute=20.5, end_minute=23.8),
    Item("question", "第三问：一停就是三天的水",
        "Third question: three days without water", 8, "housing", "pump", 23.8, 33.0,
         (Slot("housing", "阮承陆", "市住房和城乡建设局局长", 180, 25.4, 28.9, 30),)),
    Item("question", "第四问：拆了围挡以后",
        "Fourth question: when the hoarding is gone", 8, "housing", "hoarding", 33.0, 41.5,
         (Slot("housing", "阮承陆", "市住房和城乡建设局局长", 180, 34.1, 36.4),
          Slot("housing", "阮承陆", "市住房和城乡建设局局长", 60, 37.0, 38.2, 30))),
    Item("break", "观众连线", "From the audience", 3, minute=41.5, end_minute=44.0),
    Item("question", "第五问：积水的背街", "Fifth question: the flooded lane", 8, "tingnan", "back-lane", 44.0, 53.5,
         (Slot("tingnan", "柏舒远", "汀南区区长", 180, 45.3, 48.5),)),
    Item("question", "第六问：谁来管烧烤摊",
        "Sixth question: whose are the barbecue stalls", 8, "ecology", "barbecue", 53.5, 63.0,
         (Slot("ecology", "米若溪", "市生态环境局局长", 120, 55.0, 57.0),
          Slot("urban", "庄砚之", "市城市管理局局长", 120, 57.6, 59.5))),
    Item("verdict", "总评与承诺回读", "Final verdict, pledges read back", 6, minute=63.0, end_minute=70.5),
)  # fmt: skip

AIRED = (
    Question("lamps-old", "answered", -1900, "下夜班的护士",
        "望津路地道口的路灯灭了快半年，报修电话打了五次，每次都说“已登记”。登记以后呢？到底谁来修，哪天能亮？",
        "urban", 176, responses=(
        Response("urban", "庄砚之", "市城市管理局局长", "specific_commitment",
            "地道口十四盏灯一周内全部修好，由市政设施科季安阑负责。一个半月内，报修电话做到四十八小时必回访。",
            6.0, 9.2, pledges=(
            Pledge("lamps-fixed",
                "地道口十四盏灯一周内全部修好。", "urban", "修复损坏路灯", "望津路地道口十四盏路灯", "季安阑", -23, (
                Step("confirm_pledge", "urban", day=-29),
                Step("report_progress", "urban", "电缆被挖断两处，已重新敷设，先亮了九盏。", day=-26),
                Step("add_evidence", "urban", "十四盏路灯全部点亮，夜间逐盏测过照度，平均二十二勒克斯。", day=-24),
                Step("claim_done", "urban", day=-24),
                Step("accept_pledge", "staff", "当晚到现场逐盏看过，十四盏都亮，两位提问市民电话确认满意。", day=-22),
            )),
            Pledge("lamps-callback",
                "一个半月内，报修电话做到四十八小时必回访。",
                "urban", "建立四十八小时回访制度", "路灯报修热线", "季安阑", 15, (
                Step("confirm_pledge", "urban", day=-29),
                Step("report_progress", "urban", "回访班组四人已到岗，本周接报三十七件，按时回访三十一件。", day=-14),
                Step("report_progress", "urban", "按时回访率从百分之八十四提到百分之九十三，夜班仍缺一人。", day=-5),
            )),
        )),
    )),
    Question("covers", "answered", -1750, "临街三楼住户",
        "松烟路上的井盖，车一压就哐当响，从早响到晚。补过一次沥青，三天又响。能不能换成不响的？",
        "urban", 143, responses=(
        Response("urban", "庄砚之", "市城市管理局局长", "acknowledgement",
            "补过又响，说明我们没有治到根上，让大家睡不好觉，是我们的失职。", 13.4, 14.0),
        Response("urban", "庄砚之", "市城市管理局局长", "specific_commitment",
            "松烟路六十二个井盖，三周内全部换成防沉降的，换完请住户来听。", 14.2, 16.1, pledges=(
            Pledge("covers-changed",
                "六十二个井盖三周内全部换成防沉降的，换完请住户来听。",
                "urban", "更换防沉降井盖", "松烟路六十二个井盖", "尤立岩", -9, (
                Step("confirm_pledge", "urban", day=-29),
                Step("report_progress", "urban", "夜间施工，已更换四十个。", day=-17),
                Step("add_evidence", "urban",
                    "更换清单：松烟路东段二十八个、西段三十四个，编号与位置逐一列出。", day=-10),
                Step("claim_done", "urban", day=-10),
            )),
        )),
    )),
    Question("pump", "answered", -1600, "云栖里业主",
        "云栖里高层二次供水的水泵一坏就停三天水，一年坏了四次。物业说换不起，业主说早交过维修金。泵到底谁来换？",
        "housing", 168, responses=(
        Response("housing", "阮承陆", "市住房和城乡建设局局长", "specific_commitment",
            "这台泵由我们协调动用应急维修资金，二十天内换新。全市同类老旧泵房，五周内摸底，名单公开。",
            25.4, 28.9, pledges=(
            Pledge("pump-new",
                "应急维修资金二十天内到位，把泵换新。",
                "housing", "更换二次供水水泵", "云栖里小区泵房", "樊知秋", -10, (
                Step("confirm_pledge", "housing", day=-29),
                Step("report_progress", "housing", "应急维修资金已批，新泵已下单。", day=-21),
                Step("ask_extension", "housing",
                    "厂家交货推迟，到货日期有供货函为证；等货期间备用泵已接入，未再停水。", day=-13, due=7),
                Step("report_progress", "housing", "基础和管道改造完成，等设备到场。", day=-4),
            )),
            Pledge("pump-survey",
                "全市老旧泵房五周内摸底，名单公开。",
                "housing", "摸底并公开名单", "全市老旧二次供水泵房", "樊知秋", 6, (
                Step("confirm_pledge", "housing", day=-29),
            )),
        )),
    )),
    Question("hoarding", "answered", -1500, "石磴街道商户",
        "门口修路围挡拦了八个月，工人一天来不了三个，小店快撑不下去了。围挡哪天拆，损失谁来担？",
        "housing", 121, responses=(
        Response("housing", "阮承陆", "市住房和城乡建设局局长", "generic_commitment",
            "商户的难处我们理解。我们会督促施工单位加大力度，尽快撤围，最大限度减少影响。", 34.1, 36.4, pledges=(
            Pledge("hoarding-soon", "督促施工单位加大力度，尽快撤围。", "housing", steps=(
                Step("let_spoken_version_stand", "staff", day=-28),
            )),
        )),
        Response("housing", "阮承陆", "市住房和城乡建设局局长", "specific_commitment",
            "主持人要日期，那我说一个：四十天内，先给沿街商户让出一条三米宽的人行通道。", 37.0, 38.2, pledges=(
            Pledge("hoarding-lane",
                "四十天内，先给沿街商户让出一条三米宽的人行通道。",
                "housing", "让出三米宽人行通道", "石磴街道修路围挡", "樊知秋", 10, (
                Step("dispute_pledge", "housing",
                    "现场说的是“具备条件的路段”先让出通道，并非全线；北段地下管线未迁，四十天内无法让出。", day=-29),
            )),
        )),
    )),
    Question("back-lane", "answered", -1400, "芦荡街道居民",
        "我们背街每逢大雨必淹，去年淹了三回，水退了以后淤泥一指厚。清淤和加泵的事年年说，这一次能不能给个日子？",
        "tingnan", 154, responses=(
        Response("tingnan", "柏舒远", "汀南区区长", "specific_commitment",
            "四十天内把这条背街的雨水管全部清淤一遍，三周内加装一台移动泵，由芦荡街道苗立棠主任负责，办完我到现场看。",
            45.3, 48.5, pledges=(
            Pledge("lane-dredged",
                "四十天内把雨水管全部清淤一遍。", "ludang", "雨水管清淤", "竹篙巷至芦荡路背街", "苗立棠", 10, (
                Step("confirm_pledge", "tingnan", day=-29),
                Step("report_progress", "tingnan", "完成三百二十米，清出淤泥十一车。", day=-19),
                Step("add_evidence", "tingnan", "清淤前后管道内窥照片各六张，存街道办事处可查。", day=-16),
                Step("claim_done", "tingnan", day=-16),
                Step("return_pledge", "staff2",
                    "抽查三处井口，竹篙巷口仍有半井淤泥。请清完这一段，再附复测照片。", day=-12),
            )),
            Pledge("lane-pump", "三周内加装一台移动泵。", "ludang", "加装移动排涝泵", "竹篙巷口", "苗立棠", -9, (
                Step("confirm_pledge", "tingnan", day=-29),
                Step("report_progress", "tingnan", "泵已采购，电源接入点还在与供电公司商定。", day=-11),
            )),
        )),
    )),
    Question("barbecue", "evaded", -1300, "烟熏火燎的五楼",
        "楼下烧烤摊的烟夜夜灌进屋里，打环保电话说归城管，打城管说归环保。今天两位局长都在，请当面说清楚归谁管。",
        "ecology", 139, responses=(
        Response("ecology", "米若溪", "市生态环境局局长", "deflection",
            "固定餐饮门店的油烟归我们，露天摊点按职责分工由城管部门负责，建议向城管反映。", 55.0, 57.0),
        Response("urban", "庄砚之", "市城市管理局局长", "deflection",
            "露天摊点是我们在管，可油烟超没超标要由环保部门检测，没有检测报告，我们也不好处罚。", 57.6, 59.5),
    )),
)  # fmt: skip

HANDED = (
    Question("sweeper", "handed", -1100, "早起送奶的人",
        "洒水车早上六点半冲马路，正赶上大家骑车上班，溅得一身水。能不能改到五点以前？",
        "urban", 73, satisfied=True, judged_day=-17, responses=(
        Response("urban", "岳芳舟", "市城市管理局副局长", "specific_commitment",
            "您提的意见在理。自本月起，主干道冲洗已统一调整到凌晨三点至五点，遇雨天暂停；洒水车音乐也改为低音量。"
            "如仍遇到，请记下路段和时间告诉我们。", day=-19, by="urban"),
    )),
    Question("ramp", "handed", -950, "轮椅上的父亲",
        "我们单元门口三级台阶，没有坡道，父亲坐轮椅一年没下过楼。装一段坡道要多久？",
        "housing", 66, satisfied=False, judged_day=-15,
        reopened="回复只说“将统筹考虑”，没有写哪一年、归谁办。父亲等不起，请写明日期。", responses=(
        Response("housing", "樊知秋", "市住房和城乡建设局副局长", "generic_commitment",
            "您反映的无障碍坡道问题已收悉。我局将结合老旧小区改造统筹考虑，逐步完善无障碍设施。",
            day=-18, by="housing"),
    )),
    Question("noise", "handed", -800, "备考学生家长",
        "广场舞的音箱到晚上九点半还在响，孩子初三写不了作业。能不能限时限音量，有人来管？", "tingnan", 58),
)  # fmt: skip

OTHERS = (
    Question("crossing", "deferred", -640, "接孙子的奶奶",
        "小学门口的斑马线没有红绿灯，车不让人，护学岗也只到八点。能不能装一个行人按钮灯？",
        "traffic", 49, deferred_to="next"),
    Question("lamps-five", "merged", -520, "匿名",
        "望津路地道口的路灯报修五次都没人修，到底归谁管？", "urban", 22, "lamps-old"),
    Question("covers-night", "merged", -300, "匿名",
        "松烟路井盖一压就哐当响，晚上根本睡不着，能不能换掉？", None, 15, "covers"),
    Question("shout", "refused", -40, "匿名", "废话少说，全部撤职！", reason="not_a_question", note=
        "请写出具体的事情、地点和诉求，我们会再看。"),
    Question("lottery", "refused", 20, "匿名", "恭喜您获得本台抽奖资格，点开链接领取红包。", reason="spam"),
)  # fmt: skip

LAST_MONTH = Session(
    "last", "closed",
    "《问政云汀》第十一期：回家的最后五百米", "Yunting Inquiry No. 11: The last five hundred metres",
    "路灯、井盖与背街小巷", "Lamps, manhole covers and back lanes",
    75, ("urban", "housing", "tingnan", "ecology"), RUNDOWN,
    AIRED + HANDED + OTHERS,
    intake_days=2, day=-30,
)  # fmt: skip
