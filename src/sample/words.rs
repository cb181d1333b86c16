//! The words of the sample city 示例市: districts, agencies, trades, offences. No real firm or office bears such a name.

/// A district: its GB/T 2260 code (a real one, so that codes are plausible) and its made-up name.
pub(super) const DISTRICTS: &[(&str, &str)] = &[
    ("431102", "东城区"),
    ("431103", "江北区"),
    ("431122", "新安县"),
    ("431123", "双河县"),
    ("431124", "云溪县"),
    ("431126", "宁山县"),
    ("431127", "青峰县"),
    ("431128", "田和县"),
];

/// The city's own code.
pub(super) const CITY: &str = "431100";

/// First syllables of a firm's name.
pub(super) const FIRST: &[&str] = &[
    "宏", "恒", "鑫", "瑞", "泰", "华", "盛", "金", "永", "天", "嘉", "德", "信", "广", "兴", "顺", "万", "安", "福",
    "诚", "锦", "启", "润", "博", "中", "远", "凯", "益", "康", "明", "隆",
];

/// Second syllables of a firm's name.
pub(super) const SECOND: &[&str] = &[
    "远", "达", "发", "源", "丰", "昌", "祥", "通", "和", "泽", "森", "鸿", "立", "正", "成", "茂", "裕", "亿", "海",
    "航", "宇", "佳", "程", "庆", "辉", "锐", "耀", "邦", "润",
];

/// Trades: the word in the name, the industry of GB/T 4754.
pub(super) const TRADES: &[(&str, &str)] = &[
    ("建材", "批发和零售业"),
    ("食品", "制造业"),
    ("餐饮管理", "住宿和餐饮业"),
    ("物流", "交通运输、仓储和邮政业"),
    ("建筑工程", "建筑业"),
    ("医药", "批发和零售业"),
    ("环保科技", "水利、环境和公共设施管理业"),
    ("农业开发", "农、林、牧、渔业"),
    ("机械制造", "制造业"),
    ("电子科技", "制造业"),
    ("教育咨询", "教育"),
    ("物业服务", "房地产业"),
    ("汽车销售", "批发和零售业"),
    ("再生资源", "制造业"),
    ("化工", "制造业"),
    ("家具", "制造业"),
    ("纺织", "制造业"),
    ("矿业", "采矿业"),
    ("旅游开发", "文化、体育和娱乐业"),
];

/// Legal forms of organisations.
pub(super) const FORMS: &[&str] = &["有限公司", "有限责任公司", "股份有限公司", "有限公司分公司"];

/// What an individual business (个体工商户) calls itself.
pub(super) const SHOPS: &[&str] = &["商行", "超市", "小吃店", "经营部", "加工厂", "便利店", "维修店"];

/// Family names.
pub(super) const FAMILIES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "林", "郭", "何", "高",
    "罗",
];

/// Given names.
pub(super) const GIVEN: &[&str] = &[
    "伟", "芳", "建国", "秀英", "敏", "静", "丽华", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明辉", "超",
    "兰香", "霞", "平", "刚", "桂芝", "文博",
];

/// An agency: its name, the mark in its document numbers, the serial of its organisation code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Agency {
    pub(super) name: &'static str,
    pub(super) mark: &'static str,
    pub(super) serial: u64,
}

macro_rules! agencies {
    ($($serial:literal $name:literal $mark:literal;)+) => {
        &[$(Agency { name: $name, mark: $mark, serial: $serial },)+]
    };
}

/// The agencies that decide.
pub(super) const AGENCIES: &[Agency] = agencies! {
    1 "示例市市场监督管理局" "示市监";
    2 "示例市生态环境局" "示环";
    3 "示例市应急管理局" "示应急";
    4 "示例市住房和城乡建设局" "示住建";
    5 "示例市交通运输局" "示交";
    6 "示例市卫生健康委员会" "示卫";
    7 "示例市农业农村局" "示农";
    8 "示例市文化旅游广电体育局" "示文旅";
    9 "示例市城市管理和综合执法局" "示城管";
    10 "示例市消防救援支队" "示消";
    11 "示例市人力资源和社会保障局" "示人社";
    12 "示例市自然资源和规划局" "示自然资";
    13 "示例市水利局" "示水";
    14 "示例市东城区市场监督管理局" "东市监";
    15 "示例市江北区市场监督管理局" "江市监";
    16 "新安县市场监督管理局" "新市监";
    17 "双河县市场监督管理局" "双市监";
    18 "云溪县应急管理局" "云应急";
    19 "宁山县住房和城乡建设局" "宁住建";
    20 "青峰县卫生健康局" "青卫";
    21 "田和县交通运输局" "田交";
};

/// Offices that are named where the column says so: a word of the column's name, the office.
pub(super) const OFFICES: &[(&str, &str)] = &[
    ("法院", "示例市人民法院"),
    ("税务", "国家税务总局示例市税务局"),
    ("银行", "示例银行股份有限公司示例市分行"),
    ("公积金", "示例市住房公积金管理中心"),
    ("社保", "示例市社会保险服务中心"),
    ("供水", "示例市自来水有限公司"),
    ("供电", "示例市供电公司"),
    ("供气", "示例市燃气有限公司"),
];

/// An offence: its kind, what was found, the law it breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offence {
    pub(super) kind: &'static str,
    pub(super) finding: &'static str,
    pub(super) law: &'static str,
}

macro_rules! offences {
    ($($kind:literal $finding:literal $law:literal;)+) => {
        &[$(Offence { kind: $kind, finding: $finding, law: $law },)+]
    };
}

/// What is punished.
pub(super) const OFFENCES: &[Offence] = offences! {
    "经营超过保质期的食品" "货架上待售的预包装食品已超过保质期，货值金额较小" "《中华人民共和国食品安全法》第三十四条第十项、第一百二十四条第一款第五项";
    "未按规定设置安全警示标志" "有较大危险因素的作业场所未设置明显的安全警示标志" "《中华人民共和国安全生产法》第三十五条、第九十九条第一项";
    "超标排放水污染物" "总排口化学需氧量监测值超过排放标准限值" "《中华人民共和国水污染防治法》第十条、第八十三条第二项";
    "未取得施工许可擅自施工" "建设项目未取得施工许可证即组织人员、机械进场施工" "《建筑工程施工许可管理办法》第十二条";
    "发布虚假广告" "店堂及网页宣传内容与实际服务不符，足以误导消费者" "《中华人民共和国广告法》第二十八条、第五十五条第一款";
    "未取得道路运输经营许可从事经营" "驾驶员未能出示有效的道路运输经营许可证件" "《中华人民共和国道路运输条例》第十条、第六十三条";
    "消防设施未保持完好有效" "室内消火栓无水，应急照明灯损坏未修复" "《中华人民共和国消防法》第十六条第一款第二项、第六十条第一款第一项";
    "拖欠劳动者工资" "经责令限期支付后逾期仍未支付劳动者工资" "《保障农民工工资支付条例》第五十三条";
    "生产经营不合格产品" "抽检产品的主要指标不符合国家标准要求" "《中华人民共和国产品质量法》第三十二条、第五十条";
    "未按规定明码标价" "销售的商品未在醒目位置标明价格和计价单位" "《中华人民共和国价格法》第十三条、第四十二条";
};

/// What is licensed: the matter, the certificate.
pub(super) const LICENCES: &[(&str, &str)] = &[
    ("食品经营", "食品经营许可证"),
    ("道路货物运输经营", "道路运输经营许可证"),
    ("公共场所卫生", "公共场所卫生许可证"),
    ("建筑工程施工", "建筑工程施工许可证"),
    ("排污", "排污许可证"),
    ("药品经营", "药品经营许可证"),
    ("危险化学品经营", "危险化学品经营许可证"),
    ("取水", "取水许可证"),
    ("特种设备使用登记", "特种设备使用登记证"),
    ("出版物零售", "出版物经营许可证"),
];
