"""Fictional units, posts and names of people; pure. No place of these names is known to the lists of real ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

CITY = "澜江市"
_COUNTIES = (
    "青禾县", "望舒区", "折柳县", "听荷区", "枕溪县", "眠鹤区", "渡鹊县", "衔枝县", "泊雁区", "拾穗县",
    "照影县", "采薇岭县",
)  # fmt: skip
_FIRST = "栖吟漱倚叩袖簪棹绾濯"
_SECOND = "鸥萤荻棠枫笛砚芷篱苇"
_OFFICES = (
    "政务服务中心", "信访工作专班", "住房建设局", "生态环境局", "教育局", "人力资源局", "医疗保障局",
    "交通运输局", "城市管理局", "农业农村局", "卫生健康局", "民政局", "市场监管局", "应急管理局",
    "数据服务中心", "融媒体中心", "自然资源局", "水务局",
)  # fmt: skip
_ROOMS = ("办公室", "综合科", "热线回复组", "信息公开科", "群众工作科", "网上答复组")
POSTS = (
    "科员", "热线回复员", "窗口工作人员", "社区网格员", "信访接待员", "新媒体编辑", "办公室副主任",
    "综合科科长", "值班员", "综合执法队员", "党政办副主任", "驻村干部", "分管副局长", "12345 坐席",
    "信息公开专员", "回复审核员",
)  # fmt: skip
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "安宁静雨晴岚溪禾麦苗秋冬春夏晨曦宇轩航帆舟远志恒毅诚信义和平顺康健乐欣悦怡然若素清澈洁莹雪梅兰竹菊荷莲桂松柏楠森林岩石"
    "峰岭川江河海洋波涛润泽沛霖云霞虹月星辰光明亮辉煌昭朗文武斌彬博学思齐敏慧聪颖睿哲智谦恭俭让勤勉致知行立方正直"
)


@dataclass(frozen=True)
class Place:
    """A unit: its name, the place in the list of the one above it (-1 at the top), and how deep it stands."""

    name: str
    above: int
    depth: int


def places(count: int) -> list[Place]:
    """`count` units in a tree of up to five levels, each behind the one above it: city, county, town, office, room."""
    made = [Place(CITY, -1, 0)]
    waiting = _under(made, 0)
    while len(made) < count:
        at = len(made)
        place = next(waiting, None)
        if place is None:
            waiting = _rooms(made, list(range(at)))
            place = next(waiting)
        made.append(place)
    return made[:count]


def _under(made: list[Place], city: int) -> Iterator[Place]:
    """Counties and the city's offices, then the towns and offices of each county, then the offices of towns."""
    yield from (Place(name, city, 1) for name in (*_COUNTIES, *(f"市{name}" for name in _OFFICES)))
    counties = range(1, 1 + len(_COUNTIES))
    for number, first in enumerate(_FIRST):
        yield from (Place(_town(number, first, at), county, 2) for at, county in enumerate(counties))
    for name in _OFFICES:
        yield from (Place(f"{made[county].name[-1]}{name}", county, 2) for county in counties)
    towns = [at for at, place in enumerate(made) if place.name.endswith(("街道", "镇"))]
    for name in ("党政办公室", "便民服务中心"):
        yield from (Place(name, town, 3) for town in towns)


def _town(number: int, first: str, county: int) -> str:
    second = _SECOND[(number + county) % len(_SECOND)]
    return f"{first}{second}{'街道' if (number + county) % 3 == 0 else '镇'}"


def _rooms(made: list[Place], above: list[int]) -> Iterator[Place]:
    """Rooms of everything that there is, however many are asked for."""
    for name in _ROOMS:
        yield from (Place(name, at, made[at].depth + 1) for at in above if made[at].depth < 4)


def name_of(chance: random.Random) -> str:
    """A name somebody might have."""
    given = "".join(chance.sample(_GIVEN, 1 if chance.random() < 0.25 else 2))
    return chance.choice(_SURNAMES) + given
