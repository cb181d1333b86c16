//! `packs` and `score`: what a person at the keyboard sees, proposes, simulates and puts in force.

use crate::{
    credence, done,
    world::{
        World,
        penalty::{FIRM, penalty, table},
    },
    write,
};

const OWN: &str = include_str!("../../schemas/policy/packs/scorecard.credence.toml");

#[test]
fn a_score_says_its_reasons_and_a_new_scorecard_is_simulated_before_it_decides() {
    let world = World::early();
    world.deliver("penalty", table(&[penalty(1)]));
    let shown = done(&world, &["score", "show", FIRM.1]);
    for text in ["企业公共信用综合评价：中（C）  790 分", "减30分，计至2026-06-12", "距良（B）还差 10 分", "改善："]
    {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    let harder = OWN
        .replacen("version = 1", "version = 2", 1)
        .replacen("points = -30\nmonths = 12", "points = -240\nmonths = 12", 1)
        .replacen("from = 600", "from = 650", 1)
        .replacen("to = 599", "to = 649", 1);
    let file = write(&world, "new.toml", harder);
    let file = file.to_str().expect("a path");
    assert!(done(&world, &["packs", "validate", file]).contains("scorecard.credence@2 没有问题"));
    assert!(done(&world, &["score", "simulate", file]).contains("1 个主体：等级变化 1"));
    assert!(done(&world, &["packs", "propose", file, "--by", "张三"]).contains("请先模拟"));
    let pack = "scorecard.credence@2";
    let hash = done(&world, &["packs", "validate", file]).rsplit(' ').next().expect("the hash").trim().to_owned();
    assert_eq!(credence(&world, &["packs", "activate", pack, "--hash", &hash, "--by", "李四"]).code, 1);
    let simulated = done(&world, &["score", "simulate", pack, "--by", "张三", "--out", "变化.csv"]);
    assert!(simulated.contains("C       D            1"), "{simulated}");
    assert!(std::fs::read_to_string(world.dir.path().join("变化.csv")).expect("written").contains(FIRM.1));
    done(&world, &["score", "simulate", pack, "--out", "变化.xlsx"]);
    assert!(simulated.contains(&format!("--hash {hash}")), "{simulated}");
    assert!(credence(&world, &["packs", "activate", pack, "--hash", &hash, "--by", "张三"]).err.contains("另一人"));
    let other = "0".repeat(64);
    assert!(credence(&world, &["packs", "activate", pack, "--hash", &other, "--by", "李四"]).err.contains("另一文本"));
    assert_eq!(credence(&world, &["packs", "activate", pack, "--hash", "0", "--by", "李四"]).code, 1);
    done(&world, &["packs", "activate", pack, "--hash", &hash, "--by", "李四"]);
    assert!(done(&world, &["score", "show", FIRM.1]).contains("差（D）  600 分"));
    assert!(done(&world, &["packs", "list"]).contains("scorecard.credence"));
    assert!(done(&world, &["packs", "show", pack]).contains("version = 2"));
    assert!(done(&world, &["packs", "retire", pack, "--by", "李四"]).contains("待另一人确认"));
    assert!(credence(&world, &["packs", "confirm-retire", pack, "--by", "李四"]).err.contains("另一人"));
    done(&world, &["packs", "keep-active", pack, "--by", "张三"]);
    assert_eq!(credence(&world, &["packs", "confirm-retire", pack, "--by", "张三"]).code, 1);
    done(&world, &["packs", "retire", pack, "--by", "李四"]);
    assert!(done(&world, &["packs", "list"]).contains("待停用"));
    done(&world, &["packs", "confirm-retire", pack, "--by", "张三"]);
    assert!(done(&world, &["score", "show", FIRM.1]).contains("790 分"));
}

#[test]
fn a_scorecard_is_exported_as_pmml_and_imported_again() {
    let world = World::early();
    done(&world, &["score", "export", "scorecard.credence@1", "--out", "card.pmml"]);
    let text = done(&world, &["score", "import", "card.pmml"]);
    assert!(text.contains("scorecard.credence"), "{text}");
    let path = world.dir.path().join("card.pmml");
    let document = std::fs::read_to_string(&path).expect("written");
    std::fs::write(&path, document.replacen("&quot;version&quot;:1", "&quot;version&quot;:7", 1)).expect("written");
    assert!(done(&world, &["score", "import", "card.pmml", "--by", "张三"]).contains("scorecard.credence@7"));
    assert_eq!(credence(&world, &["score", "export", "scorecard.sector@1"]).code, 1);
    assert_eq!(credence(&world, &["packs", "show", "scorecard.nothing@1"]).code, 1);
    assert_eq!(credence(&world, &["packs", "show", "scorecard.credence"]).code, 1);
}
