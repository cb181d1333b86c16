//! A fault of a row: where, what, and what to do about it. One table gives the Chinese message, the docs and the API.

named! {
    /// How grave a fault is (级别).
    pub enum Grade {
        /// 错误: the row is not taken.
        Error = "error",
        /// 警告: the row is taken, the fault is reported.
        Warning = "warning",
    }
}

/// The column a fault is in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The heading as it stands in the file.
    pub heading: String,
    /// The catalogue's field code.
    pub field: String,
}

/// One fault of one row, complete for a person and for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row's number in its delivery; 0 for a fault of the heading row or the whole file.
    pub row: u64,
    /// The column; `None` when the fault is the row's.
    pub place: Option<Place>,
    /// The value as delivered, cut to [`Fault::VALUE_CHARS`] characters, personal numbers masked.
    pub value: String,
    /// The stable code.
    pub code: FaultCode,
    /// Error or warning; a catalogue may grade a rule otherwise than its default.
    pub grade: Grade,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What the clerk can do, in Chinese.
    pub remedy: String,
}

impl Fault {
    /// A fault quotes at most this many characters of the value.
    pub const VALUE_CHARS: usize = 80;
}

/// Declares the fault codes with their name, default grade, what they mean and the default remedy.
macro_rules! faults {
    ($($variant:ident $name:literal $grade:ident $meaning:literal $remedy:literal;)+) => {
        named! {
            /// What is wrong with a value or a row (问题代码). Stable: departments' systems match on it.
            pub enum FaultCode { $(#[doc = $meaning] $variant = $name,)+ }
        }

        impl FaultCode {
            /// The grade unless the catalogue says otherwise.
            #[must_use]
            pub const fn grade(self) -> Grade { match self { $(Self::$variant => Grade::$grade,)+ } }

            /// What the code means, in Chinese; a fault's message adds the particulars.
            #[must_use]
            pub const fn meaning(self) -> &'static str { match self { $(Self::$variant => $meaning,)+ } }

            /// What to do about it, in Chinese, unless the fault knows better.
            #[must_use]
            pub const fn remedy(self) -> &'static str { match self { $(Self::$variant => $remedy,)+ } }
        }
    };
}

faults! {
    UnknownHeading "unknown_heading" Warning "列名无法识别，该列未采集" "请改用模板中的列名，或请信用办在目录中登记该列名";
    DuplicateHeading "duplicate_heading" Error "两列对应同一字段" "请只保留其中一列";
    MissingHeading "missing_heading" Error "缺少必填列" "请补充该列后重新报送";
    AmbiguousHeading "ambiguous_heading" Error "列名含义不明（各版本标准中编号所指不同）" "请在列名括号内写明代码种类，如“行政相对人代码_2(组织机构代码)”";
    CellCount "cell_count" Error "单元格数与列数不符，可能串列" "请检查该行是否缺少或多出分隔符、引号";
    Required "required" Error "必填项为空" "请补填该项";
    OneOfGroup "one_of_group" Error "多项中至少填写一项，均为空" "请至少填写其中一项";
    MustBeEmpty "must_be_empty" Error "按主体类别该项应为空" "请清空该项，或核对主体类别";
    Together "together" Error "两项须同时填写或同时为空" "请补齐或清空";
    TooLong "too_long" Error "超过规定长度" "请精简到规定字数以内";
    TooShort "too_short" Error "少于规定长度" "请核对是否缺字";
    Pattern "pattern" Error "格式不符合规定" "请按模板说明填写";
    Range "range" Error "数值超出允许范围" "请核对数值与单位";
    CodeList "code_list" Error "不在代码表中" "请从代码表中选取";
    Number "number" Error "不是有效数字" "请填写阿拉伯数字，不带单位";
    Money "money" Error "不是有效金额" "请填写数字金额，不带单位，最多六位小数";
    NegativeMoney "negative_money" Error "金额为负" "请核对金额";
    Date "date" Error "不是有效日期" "请按 YYYY-MM-DD 填写";
    ImpossibleDate "impossible_date" Error "日历上没有这一天" "请核对原始文书后填写";
    IncompleteDate "incomplete_date" Error "日期不完整，缺少月或日" "请填写完整的年月日";
    AmbiguousDate "ambiguous_date" Error "日期缺字，存在多种读法" "请补全年月日";
    DateInFuture "date_in_future" Error "日期晚于报送日" "请核对日期";
    DateTooEarly "date_too_early" Error "日期早得不合常理" "请核对日期";
    DateOrder "date_order" Error "日期先后颠倒" "请核对两个日期";
    SwappedTerm "swapped_term" Error "有效期自与有效期至疑似填反" "请对调两列后重新报送";
    Month "month" Error "不是有效月份" "请按 YYYY-MM 填写";
    NumberInCodeColumn "number_in_code_column" Error "代码列存成了数值，末位数字可能已丢失" "请将单元格格式设为“文本”后重新录入代码";
    ScientificNotation "scientific_notation" Error "代码被表格软件改成了科学计数法" "请将单元格格式设为“文本”后重新录入代码";
    CodeLength "code_length" Error "代码位数不对" "请对照证照核对代码";
    CodeCharacter "code_character" Error "代码含有不允许的字符" "请对照证照核对代码";
    CodeCheck "code_check" Error "代码校验位不符" "请对照证照核对代码";
    CodePlaceholder "code_placeholder" Error "代码是占位值，不是真实代码" "请填写真实代码，没有则留空";
    CodeAuthority "code_authority" Error "代码首两位不是有效的登记管理部门与机构类别" "请对照证照核对代码";
    CodeMasked "code_masked" Error "代码已被掩去部分字符" "请报送完整代码，公示时由平台脱敏";
    CodeRegion "code_region" Warning "代码中的行政区划已撤销或未收录" "无需处理；如系录入错误请更正";
    EmbeddedCode "embedded_code" Warning "统一社会信用代码第9至17位不符合组织机构代码校验规则" "请对照证照核对；确属登记如此的无需处理";
    UnverifiableCode "unverifiable_code" Warning "旧号码没有校验位，无法验证" "如有统一社会信用代码请一并报送";
    PersonNumberInCode "person_number_in_code" Error "统一社会信用代码栏填写了身份证号码" "请将身份证号码填入证件号码栏";
    PersonNumber "person_number" Error "身份证件号码不符合规则" "请对照证件核对";
    PersonBirth "person_birth" Error "身份证件号码中的出生日期不存在或不合理" "请对照证件核对";
    Region "region" Error "行政区划代码未收录" "请按 GB/T 2260 填写六位代码";
    RegionObsolete "region_obsolete" Warning "行政区划代码已撤销" "可照旧报送；新业务请用现行代码";
    KindMismatch "kind_mismatch" Error "主体类别与代码不符" "92 开头的代码应为个体工商户，其他为法人及非法人组织";
    AgencyName "agency_name" Error "机关名称疑似其他列的内容（日期、文号或编号），可能串列" "请检查该行各列是否错位";
    TestData "test_data" Error "疑似测试数据" "请勿向正式库报送测试数据";
    MaskedName "masked_name" Error "名称已被掩去或无意义" "请报送完整名称";
    AmountMissing "amount_missing" Error "处罚类别含该项但金额为空或为零" "请填写对应金额（万元）";
    AmountMismatch "amount_mismatch" Warning "金额与处罚内容中写明的金额不一致，可能单位有误" "金额单位为万元：2000 元应填 0.2";
    NotAPenalty "not_a_penalty" Error "内容表明这不是行政处罚" "不予处罚、责令改正等请勿作为行政处罚报送";
    MissingPart "missing_part" Error "处罚类别要求的内容未填写" "请补填";
    SeriesGap "series_gap" Warning "月度数据不连续或与汇总不符" "请核对各月数据";
    BrokenText "broken_text" Error "含有无法识别的字符（编码错误）" "请用 UTF-8 或 GB18030 编码重新导出";
    NameMismatch "name_mismatch" Warning "名称与该代码的登记名称不一致" "请核对名称与代码是否属于同一主体";
    NameMismatchRefused "name_mismatch_refused" Error "名称与该代码的登记名称不一致" "请核对名称与代码是否属于同一主体";
    SubjectUncertain "subject_uncertain" Warning "没有可用的主体代码，需人工确认主体" "请补填统一社会信用代码后重新报送，或等待人工关联";
    Conflict "conflict" Error "同一批次中同一事项有两行且内容不同" "请只保留正确的一行";
    OtherUnit "other_unit" Error "该记录由其他单位报送，且内容不同" "请与原报送单位核对；确需更正请由原单位报送";
    WithdrawnByRequest "withdrawn_by_request" Error "该记录已应请求撤销，不能由报送恢复" "请联系信用办核实";
    OutdatedVersion "outdated_version" Warning "数据更新时间早于库中版本" "无需处理；如确需更正请更新时间戳";
}
