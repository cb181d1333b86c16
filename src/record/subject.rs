//! Who a record is about: a subject, its identifiers, and what a row says of them.

named! {
    /// The kind of an identifier (标识种类).
    pub enum IdentifierKind {
        /// 统一社会信用代码
        CreditCode = "credit_code",
        /// 组织机构代码; characters 9–17 of a unified social credit code are one.
        OrganisationCode = "organisation_code",
        /// 工商注册号
        RegistrationNumber = "registration_number",
        /// 税务登记号
        TaxNumber = "tax_number",
        /// The keyed hash of a person's document number; the number itself is nowhere in clear.
        Person = "person",
    }
}

named! {
    /// What a subject is (主体类别).
    pub enum SubjectKind {
        /// 法人及非法人组织
        Organisation = "organisation",
        /// 个体工商户
        IndividualBusiness = "individual_business",
        /// 自然人
        Person = "person",
    }
}

/// One identifier, in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identifier {
    /// What kind it is.
    pub kind: IdentifierKind,
    /// The code; for a person the keyed hash.
    pub value: String,
}

/// What a row says of its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identities {
    /// What the subject is.
    pub kind: SubjectKind,
    /// The name as delivered.
    pub name: Option<String>,
    /// The identifiers, the strongest first.
    pub codes: Vec<Identifier>,
}

/// A subject as it is known (信用主体).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The id, made from the first identifier it was known by.
    pub id: i64,
    /// That identifier, `kind:value`; it tells two subjects apart should their ids ever collide.
    pub origin: String,
    /// What it is.
    pub kind: SubjectKind,
    /// The name: the register's, else the first that was delivered.
    pub name: Option<String>,
    /// Whether the name is the register's (主体登记).
    pub registered: bool,
    /// 统一社会信用代码
    pub credit_code: Option<String>,
    /// 法定代表人
    pub representative: Option<String>,
    /// 行政区划
    pub region: Option<String>,
    /// 行业
    pub industry: Option<String>,
    /// 登记状态
    pub status: Option<String>,
    /// 曾用名: comparison keys of the names the register held before, one a line.
    pub former_names: Option<String>,
    /// The subject this one was found to be, until the merge is undone.
    pub merged_into: Option<i64>,
}
