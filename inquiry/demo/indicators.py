"""What Yunting measures: eight indicators in two themes, how its districts did, and what went wrong with figures."""

from .shapes import Corrected, Indicator, Late

ECONOMY = "经济运行"
SERVICES = "民生服务"
IN_ENGLISH = {ECONOMY: "Economy", SERVICES: "Public services"}

INDICATORS = (
    Indicator(
        "INV", "固定资产投资", "Fixed-asset investment", ECONOMY, "亿元", "100 million yuan", "more", True, 1, 30,
        "市统计局 Statistics Bureau",
        "统计期内完成的计划总投资500万元及以上的投资，按工程进度计，不含农户投资。Investment completed in projects "
        "of 5 million yuan and more, by progress of works, without that of rural households.",
        {"district": 210}, "12", shares=(4, 6, 9, 9, 9, 10, 8, 8, 10, 10, 9, 8),
    ),
    Indicator(
        "IND", "规模以上工业增加值增速", "Growth of industrial value added", ECONOMY, "%", "%", "more", False, 1, 30,
        "市统计局 Statistics Bureau",
        "年主营业务收入2000万元及以上工业法人单位的增加值，按可比价格计，与上年同月相比。目标可以为零或为负。Value "
        "added of industrial enterprises above 20 million yuan of yearly revenue, at comparable prices, against the "
        "same month of the year before. A target may be zero or negative.",
        {"district": 5}, "1.5",
        spread=("5.5", "4.0", "6.0", "3.5", "-1.5", "7.0", "2.0", "8.0", "4.5", "0.0", "5.0", "-3.0", "1.0"),
    ),
    Indicator(
        "REV", "一般公共预算收入", "General public budget revenue", ECONOMY, "万元", "10,000 yuan", "more", True, 0, 25,
        "市财政局 Finance Bureau",
        "当月入库的税收收入和非税收入，扣除退库。Tax and other revenue paid in during the month, less refunds.",
        {"district": 386_000}, "8", shares=(12, 7, 9, 9, 8, 9, 9, 7, 8, 8, 7, 7),
    ),
    Indicator(
        "PRJ", "新开工亿元以上项目", "New projects above 100 million yuan", ECONOMY, "个", "projects", "more", True, 0,
        15,
        "市发展和改革委员会 Development and Reform Commission",
        "计划总投资1亿元及以上、当月取得施工许可并实际开工的项目。Projects of 100 million yuan and more that had "
        "their permit and were begun in the month.",
        {"district": 84}, "20", shares=(10, 5, 12, 8, 8, 10, 7, 7, 10, 9, 8, 6),
    ),
    Indicator(
        "PM25", "细颗粒物（PM2.5）平均浓度", "Fine particles (PM2.5), mean", SERVICES,
        "微克/立方米", "µg/m³", "less", False, 1, 25,
        "市生态环境局 Ecology and Environment Bureau",
        "区内各自动监测站有效日均值的月平均。目标按月下达。The month's mean of the valid daily means of all stations "
        "in the district. Targets are set month by month.",
        {"district": 34}, "14", months=(158, 132, 112, 92, 80, 66, 58, 62, 76, 98, 122, 150), same_size=True,
    ),
    Indicator(
        "EMP", "城镇新增就业", "New urban jobs", SERVICES, "人", "people", "more", True, 0, 25,
        "市人力资源和社会保障局 Human Resources and Social Security Bureau",
        "当月新实现就业并办理就业登记的人数，不重复计人。People who took up work and were registered in the month, "
        "each counted once.",
        {"district": 14_800}, "10",
    ),
    Indicator(
        "LATE", "热线工单超期", "Hotline orders past their day", SERVICES, "件", "orders", "less", True, 0, 20,
        "市政务服务和数据管理局 Government Services and Data Bureau",
        "当月到期未按时办结的12345热线工单，经批准延期的不计。Orders of the 12345 hotline that were due in the month "
        "and not done in time, without those extended.",
        {"district": 960, "department": 420, "street": 240}, "30",
    ),
    Indicator(
        "SAT", "热线办理满意率", "Satisfied with the hotline", SERVICES, "%", "%", "more", False, 1, 30,
        "市政务服务和数据管理局 Government Services and Data Bureau",
        "当月回访的12345热线诉求人中表示满意的比例，未接通的不计。Share of callers of the 12345 hotline who said they "
        "were satisfied when called back in the month; those who could not be reached are not counted.",
        {"district": 89, "department": 90, "street": 88}, "5", same_size=True,
    ),
)  # fmt: skip

#: What each district's figures come to twelve months ago and last month, where 100 is the baseline target and 120 the
#: stretch target: some climb, some fall, most stay about where they are. Everybody else's are left to chance.
COURSES = {
    "tingnan": (106, 113),
    "tingbei": (113, 108),
    "yunlu": (94, 117),
    "baiwei": (91, 84),
    "changdi": (82, 110),
    "fengyu": (101, 105),
    "shiji": (117, 80),
    "lanpu": (105, 122),
    "luwan": (92, 98),
    "lindu": (111, 95),
    "tongjin": (99, 103),
    "qingtang": (87, 94),
    "lingzhou": (104, 88),
}

LATE = (
    Late("REV", "luwan", 0),
    Late("SAT", "farming", 0),
    Late("LATE", "hebu", 0),
    Late("PRJ", "qingtang", 2),
    Late("EMP", "lindu", 5),
    Late("LATE", "veterans", 3),
    Late("IND", "lingzhou", 7, never=True),
    Late("SAT", "sports", 9, never=True),
    Late("SAT", "lingjiaotang", 1, never=True),
)

CORRECTED = (
    Corrected(
        "INV", "shiji", 1, 9, "跨区项目重复计列，核减。A project across two districts had been counted twice.", True,
    ),
    Corrected("REV", "tongjin", 4, -6, "一笔土地出让金入库时间更正。A payment had been booked in the wrong month."),
    Corrected("PM25", "baiwei", 6, -11, "监测站校准有误，重新计算。A station had been calibrated wrongly.", True),
    Corrected("LATE", "water", 3, 40, "经批准延期的工单误计为超期。Extended orders had been counted as late."),
    Corrected("SAT", "wuyin", 2, 5, "回访样本剔除重复来电。Callers had been counted twice."),
)  # fmt: skip
