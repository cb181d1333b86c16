//! What each letter says, by the case and the rules it is decided by.

use chrono::{Datelike, NaiveDate};

use super::{
    page::{Letter, Part},
    record::RecordTable,
};
use crate::{
    policy::rules::{PaperRule, RepairRules, RightsRules},
    rights::{self, Case, CaseKind, CaseState, RepairCondition, Step, StepKind},
};

named! {
    /// What a letter is (文书类别).
    pub enum LetterKind {
        /// 信用修复告知书: served together with the penalty decision (两书同达).
        Notice = "notice",
        /// 受理通知书
        Acceptance = "acceptance",
        /// 补正通知书: all that is missing, told once.
        Correction = "correction",
        /// 不予受理通知书
        Refusal = "refusal",
        /// 修复决定书、不予修复决定书、屏蔽决定书
        Decision = "decision",
        /// 撤销原决定通知书
        Reversal = "reversal",
        /// 异议转办函: to the source unit.
        Forwarding = "forwarding",
        /// 异议处理答复书
        Answer = "answer",
        /// 限期办理通知书: to the unit whose turn it is.
        Deadline = "deadline",
    }
}

/// A letter that cannot be written: the case has not come so far. The display is the Chinese message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}事项处于“{}”，没有这一文书", .kind.name(), .state.name())]
pub struct NoLetter {
    kind: CaseKind,
    state: CaseState,
}

/// What letters are written from (文书素材).
#[derive(Debug, Clone)]
pub struct Matter<'m> {
    /// The subject's name,
    pub subject: String,
    /// its credit code,
    pub code: Option<String>,
    /// the records,
    pub records: Vec<RecordTable>,
    /// what is said to be missing, in rows,
    pub missing: Option<Vec<(String, String)>>,
    /// the deciding unit's name,
    pub unit: String,
    /// the office's name,
    pub office: String,
    /// the rules' title
    pub title: String,
    /// and the rules;
    pub rules: &'m RightsRules,
    /// the day by which the next step is due,
    pub due_on: Option<NaiveDate>,
    /// and today.
    pub today: NaiveDate,
}

/// The letter of a kind in a case.
///
/// # Errors
/// [`NoLetter`].
pub fn letter(kind: LetterKind, case: &Case, matter: &Matter<'_>) -> Result<Letter, NoLetter> {
    let write = Write { case, matter };
    let step = |kind| case.step(kind);
    let found = match (kind, case.opening.kind) {
        (LetterKind::Notice, CaseKind::Repair) => notice(matter),
        (LetterKind::Acceptance, CaseKind::Repair) => step(StepKind::Accepted).map(|it| write.acceptance(it)),
        (LetterKind::Acceptance, CaseKind::Objection) => step(StepKind::Forwarded).map(|it| write.acceptance(it)),
        (LetterKind::Correction, _) => step(StepKind::CorrectionAsked).map(|it| write.correction(it)),
        (LetterKind::Refusal, _) => step(StepKind::Refused).map(|it| write.refusal(it)),
        (LetterKind::Decision, CaseKind::Repair) => {
            step(StepKind::Granted).or_else(|| step(StepKind::Denied)).map(|it| write.decision(it))
        }
        (LetterKind::Decision, CaseKind::Shield) => [StepKind::Failed, StepKind::Completed, StepKind::Shielded]
            .into_iter()
            .find_map(step)
            .map(|it| write.shield(it)),
        (LetterKind::Reversal, CaseKind::Repair | CaseKind::Shield) => {
            step(StepKind::Reversed).map(|it| write.reversal(it))
        }
        (LetterKind::Forwarding, CaseKind::Objection) => step(StepKind::Forwarded).map(|it| write.forwarding(it)),
        (LetterKind::Answer, CaseKind::Objection) => {
            let answers = [StepKind::Corrects, StepKind::Withdraws, StepKind::Keeps];
            let last = case.steps().iter().rev().find(|it| answers.contains(&it.kind));
            last.map(|it| write.answer(it))
        }
        // The applicant's turn: the letter that asked for the papers says the day.
        (LetterKind::Deadline, _) if case.state() == CaseState::AwaitingPapers => None,
        (LetterKind::Deadline, _) => matter.due_on.map(|it| write.deadline(it)),
        _ => None,
    };
    found.ok_or(NoLetter { kind: case.opening.kind, state: case.state() })
}

/// The letter that is served together with a decision, before there is any case. `None` when the rules know no repair.
#[must_use]
pub fn notice(matter: &Matter<'_>) -> Option<Letter> {
    let rules = matter.rules.repair.as_ref()?;
    let mut parts = vec![Part::Text(format!(
        "你（单位）被{}作出下列决定。依照{}，纠正失信行为、履行义务后可以申请信用修复，修复后终止公示，停止共享和使用，\
         并依法解除惩戒措施。",
        matter.unit, rules.source
    ))];
    parts.extend(matter.records.iter().map(|it| Part::Table(it.rows.clone())));
    parts.push(Part::Text("一、修复条件".to_owned()));
    let shown = [RepairCondition::MinimumTerm, RepairCondition::Performed, RepairCondition::Commitment];
    let points = shown.iter().filter(|it| rules.conditions.contains_key(it)).map(|it| it.name().to_owned());
    parts.push(Part::Points(points.collect()));
    parts.push(Part::Text("二、申请材料".to_owned()));
    parts.push(Part::Points(papers(&rules.papers)));
    parts.push(Part::Text(format!(
        "三、办理渠道与期限：通过信用网站、认定机关或者政务服务窗口提出申请，免收任何费用。自收到申请之日起{}个工作日内决定是否受理，\
         {}个工作日内告知结果。",
        rules.accept_within, rules.answer_within
    )));
    parts.push(Part::Text(barred(rules)));
    Some(Letter {
        title: "信用修复告知书".to_owned(),
        number: "（与决定书一并送达）".to_owned(),
        to: matter.subject.clone(),
        parts,
        signed: matter.unit.clone(),
        by_hand: Vec::new(),
        day: matter.today,
        note: note(matter),
    })
}

/// A paper in words, and where it is only asked for in some channels.
fn papers(rules: &[PaperRule]) -> Vec<String> {
    let name = |it: &PaperRule| {
        let channels: Vec<&str> = it.channels.iter().map(|it| it.name()).collect();
        if channels.is_empty() {
            it.name.clone()
        } else {
            format!("{}（经{}申请的）", it.name, channels.join("、"))
        }
    };
    rules.iter().filter(|it| it.required).map(name).collect()
}

fn barred(rules: &RepairRules) -> String {
    match rules.false_papers_years {
        Some(years) => format!("提供虚假材料或者违背信用承诺的，撤销修复决定，{years}年内不予修复，并记入信用记录。"),
        None => "提供虚假材料或者违背信用承诺的，撤销修复决定。".to_owned(),
    }
}

fn note(matter: &Matter<'_>) -> String {
    format!(
        "适用规则：{}。对本文书所述信用信息有异议的，可以向{}提出。信用修复和异议处理不收取费用。",
        matter.title, matter.office
    )
}

struct Write<'w> {
    case: &'w Case,
    matter: &'w Matter<'w>,
}

impl Write<'_> {
    fn made(&self, title: &str, (to, signed): (&str, &str), day: NaiveDate, parts: Vec<Part>) -> Letter {
        let filed = self.case.filing().day.year();
        let mark = match self.case.opening.kind {
            CaseKind::Repair => "修复",
            CaseKind::Objection => "异议",
            CaseKind::Shield => "屏蔽",
        };
        let number = format!("信用{mark}〔{filed}〕{}号", self.case.opening.id);
        let (to, signed, note) = (to.to_owned(), signed.to_owned(), note(self.matter));
        Letter { title: title.to_owned(), number, to, parts, signed, by_hand: Vec::new(), day, note }
    }

    fn to_subject(&self, title: &str, signed: &str, day: NaiveDate, parts: Vec<Part>) -> Letter {
        self.made(title, (&self.matter.subject, signed), day, parts)
    }

    fn asked(&self) -> String {
        let (filing, opening) = (self.case.filing(), &self.case.opening);
        let code = self.matter.code.as_ref().map_or_else(String::new, |it| format!("（统一社会信用代码 {it}）"));
        let what = match opening.kind {
            CaseKind::Repair => "信用修复申请".to_owned(),
            CaseKind::Objection => format!("异议申请（事由：{}）", opening.ground.map_or("其他", |it| it.name())),
            CaseKind::Shield => "重整期间暂时屏蔽的申请".to_owned(),
        };
        format!("{}{code}于{}通过{}提出的{what}收悉。", self.matter.subject, filing.day, opening.channel.name())
    }

    fn records(&self) -> impl Iterator<Item = Part> {
        let missing = self.matter.missing.iter().map(|it| Part::Table(it.clone()));
        self.matter.records.iter().map(|it| Part::Table(it.rows.clone())).chain(missing)
    }

    fn acceptance(&self, step: &Step) -> Letter {
        let mut parts = vec![Part::Text(format!("{}经审查，符合受理条件，予以受理。所涉信息如下：", self.asked()))];
        parts.extend(self.records());
        if let Some(rules) = &self.matter.rules.repair {
            parts.push(Part::Text(format!("结果自申请之日起{}个工作日内告知。", rules.answer_within)));
        }
        if self.matter.rules.objection.is_some() && self.case.opening.kind == CaseKind::Objection {
            let text = format!("该信息已作异议标注，并于{}转{}核查。", step.day, self.matter.unit);
            parts.push(Part::Text(text));
        }
        let title = if self.case.opening.kind == CaseKind::Objection {
            "异议受理通知书"
        } else {
            "信用修复受理通知书"
        };
        self.to_subject(title, &self.matter.office, step.day, parts)
    }

    fn correction(&self, step: &Step) -> Letter {
        let known = rights::papers_of(self.matter.rules, self.case.opening.kind);
        let name = |code: &String| {
            let paper = known.iter().find(|it| it.code == *code);
            paper.map_or_else(|| "其他材料（见说明）".to_owned(), |it| it.name.clone())
        };
        let mut parts = vec![Part::Text(format!(
            "{}经审查，申请材料不齐全或者不符合要求，现一次性告知需要补正的全部材料：",
            self.asked()
        ))];
        parts.push(Part::Points(step.named.iter().map(name).collect()));
        parts.push(Part::Text(format!("说明：{}", step.reason)));
        parts.extend(self.records());
        if let Some(rules) = &self.matter.rules.correction {
            parts.push(Part::Text(format!(
                "请自{}起{}个工作日内补正。等待补正的时间不计入办理期限；逾期不补正的，可以不予受理，条件具备后可以再次申请。依据：{}",
                step.day, rules.within, rules.source
            )));
        }
        parts.extend(self.ground(step));
        self.to_subject("补正通知书", &self.matter.office, step.day, parts)
    }

    fn refusal(&self, step: &Step) -> Letter {
        let mut parts = vec![Part::Text(self.asked())];
        parts.extend(self.records());
        parts.push(Part::Text(format!("经审查，不予受理。理由：{}", step.reason)));
        parts.extend(self.ground(step));
        self.to_subject("不予受理通知书", &self.matter.office, step.day, parts)
    }

    fn decision(&self, step: &Step) -> Letter {
        let granted = step.kind == StepKind::Granted;
        let mut parts = vec![Part::Text(self.asked())];
        parts.extend(self.records());
        parts.push(Part::Text(format!("经核实：{}", step.reason)));
        parts.extend(self.ground(step));
        parts.push(Part::Text(if granted {
            "决定准予修复。自本决定作出之日起终止公示上述信息，停止共享和使用，同步依法解除相应惩戒措施。修复不等于删除，原记录依法留存备查。"
                .to_owned()
        } else {
            "决定不予修复。条件具备后可以再次申请。".to_owned()
        }));
        if let (true, Some(rules)) = (granted, &self.matter.rules.repair) {
            parts.push(Part::Text(barred(rules)));
        }
        let title = if granted { "信用修复决定书" } else { "不予信用修复决定书" };
        self.to_subject(title, &self.matter.unit, step.day, parts)
    }

    fn shield(&self, step: &Step) -> Letter {
        let (title, text) = match step.kind {
            StepKind::Completed => {
                ("信用修复决定书（重整完成）", "重整计划已执行完毕，暂时屏蔽转为修复，终止公示并停止共享和使用。")
            }
            StepKind::Failed => {
                ("解除暂时屏蔽通知书", "重整计划未能执行，自即日起解除暂时屏蔽，恢复公示、共享和使用。")
            }
            _ => ("暂时屏蔽决定书", "重整计划执行期间暂时屏蔽下列信息，暂停采取惩戒措施；执行完毕后转为修复。"),
        };
        let mut parts = vec![Part::Text(self.asked())];
        let ruling = self.case.filing().source.as_deref().unwrap_or_default();
        parts.push(Part::Text(format!("依据人民法院裁定“{ruling}”，{text}")));
        parts.extend(self.records());
        parts.push(Part::Text(format!("理由：{}", step.reason)));
        parts.extend(self.ground(step));
        self.to_subject(title, &self.matter.office, step.day, parts)
    }

    fn reversal(&self, step: &Step) -> Letter {
        let mut parts = vec![Part::Text(format!("{}现已查实：{}", self.asked(), step.reason))];
        parts.extend(self.ground(step));
        parts.push(Part::Text("决定撤销原决定，恢复公示、共享和使用。".to_owned()));
        parts.extend(self.records());
        parts.extend(self.matter.rules.repair.iter().map(|it| Part::Text(barred(it))));
        let signed = if self.case.opening.kind == CaseKind::Repair { &self.matter.unit } else { &self.matter.office };
        self.to_subject("撤销原决定通知书", signed, step.day, parts)
    }

    fn forwarding(&self, step: &Step) -> Letter {
        let mut parts = vec![Part::Text(format!("{}所涉信息由你单位报送，现转你单位核查：", self.asked()))];
        parts.extend(self.records());
        parts.push(Part::Text(format!("申请人称：{}", self.case.filing().reason)));
        if let Some(rules) = &self.matter.rules.objection {
            parts.push(Part::Text(format!(
                "请自转办之日起{}个工作日内书面答复：更正、撤销或者维持，并说明理由和依据。",
                rules.answer_within
            )));
        }
        self.made("异议核查转办函", (&self.matter.unit, &self.matter.office), step.day, parts)
    }

    fn answer(&self, step: &Step) -> Letter {
        let text = match step.kind {
            StepKind::Corrects => "信息确有错误，予以更正。",
            StepKind::Withdraws => "信息不应归集，予以撤销，终止公示和共享。",
            _ => "信息与事实相符，维持原记录，异议标注同时取消。",
        };
        let mut parts = vec![Part::Text(self.asked())];
        parts.extend(self.records());
        parts.push(Part::Text(format!("经{}核查：{text}理由：{}", self.matter.unit, step.reason)));
        parts.extend(self.ground(step));
        let again = self.matter.rules.objection.as_ref().is_some_and(|it| it.review_within.is_some());
        if step.kind == StepKind::Keeps && again && self.case.step(StepKind::Review).is_none() {
            parts.push(Part::Text("对处理结果不服的，可以申请复核一次。".to_owned()));
        }
        self.to_subject("异议处理答复书", &self.matter.office, step.day, parts)
    }

    fn deadline(&self, due: NaiveDate) -> Letter {
        let state = self.case.state();
        let mut parts = vec![Part::Text(format!(
            "{}事项现处于“{}”，依照规定应于{due}前办理。",
            self.case.opening.kind.name(),
            state.name()
        ))];
        parts.extend(self.records());
        let late = self.matter.today > due;
        let text = if late {
            "该事项已经逾期，请立即办理并说明原因。"
        } else {
            "请在期限内办理并书面反馈。"
        };
        parts.push(Part::Text(text.to_owned()));
        let unit_s =
            matches!(state, CaseState::Accepted | CaseState::Forwarded | CaseState::Correcting | CaseState::Reviewing);
        let to = if unit_s { &self.matter.unit } else { &self.matter.office };
        self.made("限期办理通知书", (to, &self.matter.office), self.matter.today, parts)
    }

    fn ground(&self, step: &Step) -> Option<Part> {
        step.source.as_ref().map(|it| Part::Text(format!("依据：{it}")))
    }
}
