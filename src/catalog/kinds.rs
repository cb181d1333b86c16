//! The closed sets a resource is described in: classes, types of fields, kinds of subjects, exposure, masking, periods.

named! {
    /// What a record of a resource means for whoever decides (信息类别). Closed: rules are written against it.
    pub enum Class {
        /// 主体登记
        Register = "register",
        /// 行政许可
        Licence = "licence",
        /// 行政处罚
        Penalty = "penalty",
        /// 荣誉表彰
        Honour = "honour",
        /// 名单认定
        Listing = "listing",
        /// 信用承诺
        Commitment = "commitment",
        /// 合同履约
        Contract = "contract",
        /// 纳税 (等级、A级、欠税)
        Tax = "tax",
        /// 社保、公积金缴存
        Contribution = "contribution",
        /// 水、电、气缴费
        Utility = "utility",
        /// 司法 (被执行、裁判)
        Judicial = "judicial",
        /// 资质证书
        Qualification = "qualification",
        /// 经营异常名录
        Abnormal = "abnormal",
        /// 双随机抽查
        Inspection = "inspection",
        /// 信用评价 (公共、行业、中介)
        Evaluation = "evaluation",
        /// 获贷、融资
        Finance = "finance",
        /// 其他
        Other = "other",
    }
}

named! {
    /// Who may see a record (公开属性).
    pub enum Exposure {
        /// 公示: may appear in public answers.
        Public = "public",
        /// 仅共享: government departments only.
        Shared = "shared",
        /// 授权查询: only with the subject's consent.
        Authorised = "authorised",
    }
}

named! {
    /// The type of a field's values (数据类型).
    pub enum FieldType {
        /// Text.
        Text = "text",
        /// The name of a subject, kept in the register's form.
        Name = "name",
        /// The name of an authority: digits or a date in it mean shifted columns.
        Agency = "agency",
        /// The number of a document (文号).
        DocumentNumber = "document_number",
        /// A day.
        Day = "day",
        /// A month of a series.
        Month = "month",
        /// A moment to the second, local time.
        Moment = "moment",
        /// An amount delivered in 万元 (at most 6 decimals).
        MoneyWan = "money_wan",
        /// An amount delivered in 元 (at most 2 decimals).
        MoneyYuan = "money_yuan",
        /// A whole number.
        Integer = "integer",
        /// A number with decimals.
        Decimal = "decimal",
        /// One term of a code list.
        Term = "term",
        /// Several terms of a code list.
        Terms = "terms",
        /// 统一社会信用代码
        CreditCode = "credit_code",
        /// 组织机构代码
        OrganisationCode = "organisation_code",
        /// 工商注册号
        RegistrationNumber = "registration_number",
        /// 税务登记号、纳税人识别号
        TaxNumber = "tax_number",
        /// The number of a person's document; its kind is in another field ([`super::Field::kind_field`]) or, without one, 身份证.
        PersonNumber = "person_number",
        /// A GB/T 2260 code of six digits.
        Region = "region",
    }
}

named! {
    /// The kind of a subject (主体类别).
    pub enum SubjectKind {
        /// 法人及非法人组织
        Organisation = "organisation",
        /// 个体工商户
        IndividualBusiness = "individual_business",
        /// 自然人
        Person = "person",
    }
}

named! {
    /// How a value is masked for anyone who may not see it whole (脱敏).
    pub enum Masking {
        /// Shown as it is.
        None = "none",
        /// A person's name: 张*、张*三.
        PersonName = "person_name",
        /// A person's number: the first 6 and the last 4 characters stay, never the birth date.
        PersonNumber = "person_number",
        /// An address: to the road.
        Address = "address",
        /// A phone or account number: the first 3 and the last 4 stay.
        Phone = "phone",
        /// Never shown.
        Hidden = "hidden",
    }
}

named! {
    /// A reporting period (报送周期).
    pub enum Period {
        /// 周
        Week = "week",
        /// 月
        Month = "month",
        /// 季
        Quarter = "quarter",
        /// 半年
        HalfYear = "half_year",
        /// 年
        Year = "year",
    }
}
