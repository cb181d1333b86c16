//! A small XML document as a tree, bounded in size and depth; entities beyond the five of XML are refused.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::PmmlFault;

/// A document has no more bytes.
const BYTES: usize = 4 << 20;
/// Elements do not stand deeper.
const DEPTH: usize = 24;

/// An element with its attributes and children; text between them is passed over, as PMML has none that matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|it| it.name == name)
    }

    pub fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |it| it.name == name)
    }
}

/// Reads a document.
pub(super) fn parse(text: &str) -> Result<Element, PmmlFault> {
    if text.len() > BYTES {
        return Err(PmmlFault::Xml(format!("超过 {} MB", BYTES >> 20)));
    }
    let fault = |it: &dyn std::fmt::Display| PmmlFault::Xml(it.to_string());
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().map_err(|it| fault(&it))? {
            Event::Start(start) => {
                if open.len() > DEPTH {
                    return Err(PmmlFault::Xml(format!("元素嵌套超过 {DEPTH} 层")));
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                let done = element(&start)?;
                open.last_mut().expect("the document itself stays open").children.push(done);
            }
            Event::End(_) => {
                let done = open.pop().expect("the reader refuses an end without its start");
                open.last_mut().ok_or_else(|| PmmlFault::Xml("标签不成对".to_owned()))?.children.push(done);
            }
            Event::DocType(_) => return Err(PmmlFault::Xml("不接受 DOCTYPE".to_owned())),
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
    }
    let mut roots = match open.pop() {
        Some(document) if open.is_empty() => document.children,
        Some(_) | None => return Err(PmmlFault::Xml("标签不成对".to_owned())),
    };
    if roots.len() == 1 { Ok(roots.remove(0)) } else { Err(PmmlFault::Xml("应有一个根元素".to_owned())) }
}

fn element(start: &BytesStart<'_>) -> Result<Element, PmmlFault> {
    let fault = |it: &dyn std::fmt::Display| PmmlFault::Xml(it.to_string());
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|it| fault(&it))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|it| fault(&it))?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.local_name().as_ref().to_owned(), attributes, children: Vec::new() })
}
