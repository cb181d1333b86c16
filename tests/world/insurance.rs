//! Social insurance as its office sends it, one line each: a resource that is seen with a consent only.

/// A table of firms, each by name and code, and whether it is in arrears.
pub fn insurance(firms: &[((&str, &str), bool)]) -> String {
    let mut out = String::from(
        "企业名称,统一社会信用代码,险种,近两年每月缴存人数,近两年每月当月缴存额,近两年连续正常缴纳周期(月),\
         最近一次正常缴费月份,当前是否欠费,欠缴金额,近两年单位正常缴费次数\n",
    );
    for ((name, code), owes) in firms {
        let owed = if *owes { "是,1000" } else { "否," };
        out.push_str(&format!("{name},{code},失业保险,202602，5,202602，5000,1,2026-02,{owed},1\n"));
    }
    out
}
