//! Penalties as departments send them, one line each; a test says only what it is about.

/// A penalty to be written as a row of a V2 table.
#[derive(Clone)]
pub struct Penalty {
    pub name: &'static str,
    pub code: &'static str,
    pub document: String,
    pub day: &'static str,
    pub fine_wan: &'static str,
    pub content: String,
    pub state: &'static str,
    pub stamp: &'static str,
}

/// Two firms with right codes.
pub const FIRM: (&str, &str) = ("示例甲贸易有限公司", "91350100M000100Y43");
pub const OTHER: (&str, &str) = ("示例乙建筑有限公司", "91431100MA4L1A2B9E");

pub fn penalty(n: u32) -> Penalty {
    Penalty {
        name: FIRM.0,
        code: FIRM.1,
        document: format!("示市监罚〔2026〕{n}号"),
        day: "2026/03/12",
        fine_wan: "0.2",
        content: "罚款2000元".to_owned(),
        state: "1",
        stamp: "",
    }
}

impl Penalty {
    pub fn on(self, (name, code): (&'static str, &'static str)) -> Self {
        Self { name, code, ..self }
    }

    pub fn fined(self, wan: &'static str, text: &str) -> Self {
        Self { fine_wan: wan, content: text.to_owned(), ..self }
    }

    pub fn decided(self, day: &'static str) -> Self {
        Self { day, ..self }
    }

    pub fn withdrawn(self) -> Self {
        Self { state: "2", ..self }
    }

    fn line(&self) -> String {
        let Self { name, code, document, day, fine_wan, content, state, stamp } = self;
        format!(
            "{name},法人及非法人组织,{code},张示例,{document},无照经营,当事人未取得营业执照从事经营活动,\
             《无证无照经营查处办法》第十三条,罚款,{content},{fine_wan},{day},2027/03/12,示例市市场监督管理局,\
             11431100006345675D,示例市市场监督管理局,11431100006345675D,{state},{stamp}"
        )
    }
}

/// A table with V2 headings.
pub fn table(rows: &[Penalty]) -> String {
    let mut out = String::from(
        "行政相对人名称,行政相对人类别,行政相对人代码_1(统一社会信用代码),法定代表人,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,\
         处罚类别,处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
         数据来源单位统一社会信用代码,当前状态,数据更新时间戳\n",
    );
    for row in rows {
        out.push_str(&row.line());
        out.push('\n');
    }
    out
}

/// A penalty of a natural person whose number is [`NUMBER`], in the headings of V2.
pub fn of_person() -> String {
    let headings = "行政相对人名称,行政相对人类别,证件类型,证件号码,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,\
        处罚内容,罚款金额(万元),处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,\
        数据来源单位统一社会信用代码,当前状态\n";
    let row = "张示例,自然人,身份证,11010519491231002X,示市监罚〔2026〕9号,无照经营,当事人未取得营业执照从事经营活动,\
        《无证无照经营查处办法》第十三条,罚款,罚款2000元,0.2,2026/03/12,2027/03/12,示例市市场监督管理局,\
        11431100006345675D,示例市市场监督管理局,11431100006345675D,1\n";
    format!("{headings}{row}")
}

/// A synthetic number with a right check digit.
pub const NUMBER: &str = "11010519491231002X";
