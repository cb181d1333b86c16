//! A record as its viewer may see it: its fields masked, its publicity with the rule, and whether it is objected to.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    catalog::{Exposure, Resource},
    dossier,
    ingest::{Workshop, privacy::Looker},
    record::{Reason, RecordKey, RecordState, Subject, SubjectKind, Version},
    standards::privacy::Lexicon,
    standing::RecordStanding,
    store::{
        Conn, StoreError,
        corrections::{self, Kept},
        merges,
    },
    web::{
        access::{self, Looked, Openness, Sight, Viewer, Withheld},
        error::ApiError,
        moment::utc,
    },
};

/// A record, or one version of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordView {
    /// 记录编号，与主体一起指向这条记录
    pub key: String,
    /// 资源编码
    pub resource: String,
    /// 资源名称
    pub resource_name: String,
    /// 版次，从 1 起
    pub revision: i32,
    /// 记录状态：in_force、withdrawn
    pub state: String,
    /// 在所问之日是否有效
    pub in_force: bool,
    /// 报送单位
    pub unit: String,
    /// 事实发生日
    pub fact_on: Option<NaiveDate>,
    /// 有效期自
    pub valid_from: Option<NaiveDate>,
    /// 有效期至（含）；空为长期
    pub valid_until: Option<NaiveDate>,
    /// 撤销之日
    pub ended_on: Option<NaiveDate>,
    /// 从此时起为平台所知
    pub known_from: DateTime<Utc>,
    /// 到此时被新版本取代；空为现行版本
    pub known_until: Option<DateTime<Utc>>,
    /// 公开属性
    pub exposure: String,
    /// 所见范围：whole、shared、public
    pub sight: String,
    /// 是否有异议正在处理
    pub objected: bool,
    /// 所问之日的公示与使用；已被取代的版本为空
    pub publicity: Option<PublicityView>,
    /// 因隐私自查而脱敏的数据项
    pub held_back: Vec<String>,
    /// 撤销或人工关联的说明；仅全部可见时给出
    pub note: Option<String>,
    /// 数据项，以编码为键；金额为整数分，个人信息按所见范围脱敏
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

/// The publicity of a record on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicityView {
    /// 公示状态：published 公示中、unpublished 不予公示、unperformed 期满未履行、ended 公示期满、repaired 已修复、
    /// shielded 暂时屏蔽、withdrawn 已撤销、archived 已转入档案
    pub state: String,
    /// 能否共享和使用
    pub usable: bool,
    /// 公示自
    pub from: Option<NaiveDate>,
    /// 公示至（含）；空为没有自动停止之日
    pub until: Option<NaiveDate>,
    /// 可申请修复之日
    pub repairable_from: Option<NaiveDate>,
    /// 规则与依据
    pub reason: Reason,
}

impl From<&RecordStanding> for PublicityView {
    fn from(it: &RecordStanding) -> Self {
        Self {
            state: it.state.to_string(),
            usable: it.usable,
            from: it.from,
            until: it.until,
            repairable_from: it.repairable_from,
            reason: it.reason.clone(),
        }
    }
}

/// Who asks, and what is judged with.
pub(super) struct Asking<'a> {
    pub shop: &'a Workshop,
    pub viewer: &'a Viewer,
    pub subject: &'a Subject,
    pub day: NaiveDate,
    pub worth: &'a Worth,
}

/// What the records of a subject are worth on the day that was asked for, and today.
pub(super) struct Worth {
    /// On the day, as known then, by version.
    then: HashMap<i64, RecordStanding>,
    /// Today, as known now, by record: with the exposure and the state each has now.
    now: HashMap<RecordKey, (String, RecordState, RecordStanding)>,
    /// What the privacy self-check found and may be shown all the same.
    kept: Kept,
}

impl Worth {
    /// Derives both.
    pub(super) fn of(
        conn: &mut Conn,
        shop: &Workshop,
        subject: &Subject,
        (day, known_at): (NaiveDate, Option<NaiveDateTime>),
    ) -> Result<Self, StoreError> {
        let now = dossier::ask(conn, shop, subject.id, shop.clock.day(), None)?;
        let group = merges::group(conn, subject.id)?;
        let kept = corrections::kept(conn, &group)?.into_iter().map(|(_, it)| it).collect();
        let mut worth = Self { then: HashMap::new(), now: HashMap::new(), kept };
        if let Some(asked) = now {
            let pairs = asked.dossier.facts.into_iter().zip(asked.standing.records);
            worth.now = pairs.map(|(it, worth)| (it.key, (it.version.exposure, it.version.state, worth))).collect();
        }
        let then = if known_at.is_none() && day == shop.clock.day() {
            worth.now.values().map(|(_, _, it)| (it.record, it.clone())).collect()
        } else {
            let asked = dossier::ask(conn, shop, subject.id, day, known_at)?;
            asked.into_iter().flat_map(|it| it.standing.records).map(|it| (it.record, it)).collect()
        };
        Ok(Self { then, ..worth })
    }
}

impl Asking<'_> {
    /// A version as the viewer sees it, or why it is not shown.
    pub(super) fn view(&self, version: &Version) -> Result<Result<RecordView, Withheld>, ApiError> {
        // Fields of a resource that has left the catalogue cannot be judged, so they are not shown.
        let Some(resource) = self.shop.catalog.get(&version.resource) else {
            return Ok(Err(Withheld::NotPermitted));
        };
        match access::sight(self.viewer, self.looked(version)?) {
            Ok(sight) => Ok(Ok(self.shaped((resource, version), sight)?)),
            Err(reason) => Ok(Err(reason)),
        }
    }

    /// Whether a version is in force on the day: of an entry of a list its rules say so where the record does not.
    pub(super) fn in_force(&self, version: &Version) -> bool {
        let worth = self.worth.then.get(&version.id);
        worth.map_or_else(|| version.in_force(self.day), |it| it.in_force(version, self.day))
    }

    /// A former version of a record that has been closed or stopped since is seen by no more people than the record.
    fn looked<'v>(&self, version: &'v Version) -> Result<Looked<'v>, StoreError> {
        // A record that is not among those of the subject is seen by its unit and the office only.
        let (mut openness, mut usable) = (Openness::Stopped, false);
        let (mut exposure, mut state): (Exposure, _) = (version.exposure.parse()?, version.state);
        if let Some((now, now_state, worth)) = self.worth.now.get(&version.key) {
            (exposure, state) = (exposure.max(now.parse()?), state.max(*now_state));
            (openness, usable) = (worth.state.into(), worth.usable);
        }
        if let Some(worth) = self.worth.then.get(&version.id) {
            openness = openness.max(worth.state.into());
            usable &= worth.usable;
        }
        Ok(Looked { exposure, unit: &version.unit, kind: self.subject.kind, state, openness, usable })
    }

    fn shaped(&self, (resource, version): (&Resource, &Version), sight: Sight) -> Result<RecordView, ApiError> {
        let payload: Map<String, Value> = serde_json::from_str(&version.payload)?;
        let worth = self.worth.then.get(&version.id);
        let now = self.worth.now.get(&version.key).map(|(_, _, it)| it);
        let mut fields = access::fields(resource, &payload, sight, self.subject.kind);
        let texts = Texts { shop: self.shop, subject: self.subject, kept: &self.worth.kept };
        let held_back = texts.hold_back((resource, &version.key), &payload, sight, &mut fields);
        Ok(RecordView {
            key: version.key.iter().map(|it| format!("{it:02x}")).collect(),
            resource: version.resource.clone(),
            resource_name: resource.name.clone(),
            revision: version.revision,
            state: version.state.to_string(),
            in_force: self.in_force(version),
            unit: version.unit.clone(),
            fact_on: version.fact_on,
            valid_from: version.valid_from,
            valid_until: version.valid_until,
            ended_on: version.ended_on,
            known_from: utc(version.known_from),
            known_until: version.known_until.map(utc),
            exposure: version.exposure.clone(),
            sight: sight.to_string(),
            objected: worth.or(now).is_some_and(|it| it.objected),
            publicity: worth.map(PublicityView::from),
            note: version.note.clone().filter(|_| sight == Sight::Whole),
            held_back,
            fields,
        })
    }
}

/// What the free texts of a subject's records are looked at with before they are shown.
pub(super) struct Texts<'a> {
    pub shop: &'a Workshop,
    pub subject: &'a Subject,
    /// What the privacy self-check found and may be shown all the same.
    pub kept: &'a Kept,
}

impl Texts<'_> {
    /// Masks in free texts what the privacy self-check finds and nobody has said may stay. Names the fields.
    pub(super) fn hold_back(
        &self,
        (resource, key): (&Resource, &RecordKey),
        payload: &Map<String, Value>,
        sight: Sight,
        fields: &mut Map<String, Value>,
    ) -> Vec<String> {
        let looker = Looker::new(&self.shop.packs, &self.shop.keys, resource, self.shop.clock.day());
        // Whoever delivered it sees what it delivered; a person's own texts are masked throughout.
        let looker = looker.filter(|_| sight != Sight::Whole && self.subject.kind != SubjectKind::Person);
        let mut held = Vec::new();
        for code in looker.iter().flat_map(Looker::fields) {
            let (Some(looker), Some(Value::String(text))) = (&looker, payload.get(code)) else { continue };
            let mut hits = looker.hits(text, self.subject.name.as_deref());
            if hits.is_empty() || !fields.contains_key(code) {
                continue;
            }
            let print = looker.print(text);
            hits.retain(|it| !self.kept.contains(&(*key, code.to_owned(), it.kind, print.clone())));
            fields.insert(code.to_owned(), Lexicon::hidden(text, &hits).into());
            if !hits.is_empty() {
                held.push(code.to_owned());
            }
        }
        held
    }
}
