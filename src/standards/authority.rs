//! The registration authorities of GB 32100 and the categories under each: the first two characters of a code.

use super::credit_code::value;

/// An authority (登记管理部门): its character, its name, its categories (机构类别) with their names.
type Authority = (u8, &'static str, &'static [(u8, &'static str)]);

/// GB 32100-2015 table 1 with amendment 1 of 2016; 54 (村居自治组织) is registered in practice.
const AUTHORITIES: &[Authority] = &[
    (b'1', "机构编制", &[(b'1', "机关"), (b'2', "事业单位"), (b'3', "群众团体"), (b'9', "其他")]),
    (b'2', "外交", &[(b'1', "外国常驻新闻机构"), (b'9', "其他")]),
    (
        b'3',
        "司法行政",
        &[
            (b'1', "律师执业机构"),
            (b'2', "公证处"),
            (b'3', "基层法律服务所"),
            (b'4', "司法鉴定机构"),
            (b'5', "仲裁委员会"),
            (b'9', "其他"),
        ],
    ),
    (b'4', "文化", &[(b'1', "外国在华文化中心"), (b'9', "其他")]),
    (
        b'5',
        "民政",
        &[(b'1', "社会团体"), (b'2', "民办非企业单位"), (b'3', "基金会"), (b'4', "基层群众性自治组织"), (b'9', "其他")],
    ),
    (b'6', "旅游", &[(b'1', "外国旅游部门常驻代表机构"), (b'2', "港澳台旅游部门常驻内地代表机构"), (b'9', "其他")]),
    (b'7', "宗教", &[(b'1', "宗教活动场所"), (b'2', "宗教院校"), (b'9', "其他")]),
    (b'8', "工会", &[(b'1', "基层工会"), (b'9', "其他")]),
    (b'9', "市场监管", &[(b'1', "企业"), (b'2', "个体工商户"), (b'3', "农民专业合作社"), (b'9', "其他")]),
    (b'A', "中央军委改革和编制办公室", &[(b'1', "军队事业单位"), (b'9', "其他")]),
    (
        b'N',
        "农业",
        &[(b'1', "组级集体经济组织"), (b'2', "村级集体经济组织"), (b'3', "乡镇级集体经济组织"), (b'9', "其他")],
    ),
    (b'Y', "其他", &[(b'1', "其他")]),
];

/// By the authority's value, a bit for every category's value.
const KNOWN: [u32; 31] = known();

const fn known() -> [u32; 31] {
    let mut table = [0; 31];
    let mut index = 0;
    while index < AUTHORITIES.len() {
        let (authority, _, categories) = AUTHORITIES[index];
        let mut place = 0;
        while place < categories.len() {
            let (Some(row), Some(bit)) = (value(authority), value(categories[place].0)) else {
                panic!("an authority outside the alphabet")
            };
            table[row as usize] |= 1 << bit;
            place += 1;
        }
        index += 1;
    }
    table
}

/// Whether the standard knows the authority and the category under it.
#[inline]
pub(super) fn is_known(authority: u8, category: u8) -> bool {
    match (value(authority), value(category)) {
        (Some(row), Some(bit)) => KNOWN[row as usize] >> bit & 1 == 1,
        _ => false,
    }
}

/// The Chinese names of an authority and its category.
pub(super) fn names(authority: u8, category: u8) -> Option<(&'static str, &'static str)> {
    let (_, name, categories) = AUTHORITIES.iter().find(|(byte, ..)| *byte == authority)?;
    let (_, category) = categories.iter().find(|(byte, _)| *byte == category)?;
    Some((name, category))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_knows_what_the_standard_lists_and_nothing_else() {
        for pair in [b"11", b"34", b"35", b"54", b"92", b"A1", b"N2", b"Y1"] {
            assert!(is_known(pair[0], pair[1]), "{}", String::from_utf8_lossy(pair));
        }
        for pair in [b"00", b"98", b"94", b"B1", b"Y9", b"O1"] {
            assert!(!is_known(pair[0], pair[1]), "{}", String::from_utf8_lossy(pair));
        }
        assert_eq!(names(b'N', b'2'), Some(("农业", "村级集体经济组织")));
    }
}
