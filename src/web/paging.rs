//! Pages by cursor: a list goes on where the last page ended, whatever has come in since.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::ApiError;

/// Items of a page unless asked otherwise.
const USUAL: i64 = 50;
/// Items of a page at the most.
const MOST: i64 = 500;

/// Which page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 上一页返回的 `next`；首页不填。
    pub cursor: Option<String>,
    /// 每页条数，1–500，默认 50。
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<i64>,
}

impl PageQuery {
    /// How many items.
    pub fn limit(&self) -> Result<i64, ApiError> {
        match self.limit {
            None => Ok(USUAL),
            Some(limit @ 1..=MOST) => Ok(limit),
            Some(_) => Err(ApiError::BadRequest(format!("limit 应在 1 到 {MOST} 之间"))),
        }
    }

    /// The numbers of the cursor, or those a first page begins with.
    pub fn position<const N: usize>(&self, first: [i64; N]) -> Result<[i64; N], ApiError> {
        match &self.cursor {
            None => Ok(first),
            Some(text) => open(text).ok_or(ApiError::BadCursor),
        }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// 本页内容
    pub items: Vec<T>,
    /// 下一页的 cursor；没有下一页时为空。
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of items of which one more than `limit` was asked for; `position` tells where an item stands.
    pub fn cut<const N: usize>(mut found: Vec<T>, limit: i64, position: impl Fn(&T) -> [i64; N]) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = if more { found.last().map(|it| seal(position(it))) } else { None };
        Self { items: found, next }
    }

    /// The same page with other items.
    pub fn map<U>(self, shape: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(shape).collect(), next: self.next }
    }
}

impl<T: Serialize> Page<T> {
    /// The answer, with the address of the next page in the `Link` header.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        self.link(request, &mut answer);
        answer.json(self)
    }

    fn link(&self, request: &HttpRequest, answer: &mut HttpResponseBuilder) {
        if let Some(next) = &self.next {
            answer.insert_header(("Link", next_link(request, next)));
        }
    }
}

/// The value of a `Link` header to the next page: the same question with another cursor.
pub fn next_link(request: &HttpRequest, next: &str) -> String {
    let kept = request.query_string().split('&').filter(|it| !it.is_empty() && !it.starts_with("cursor="));
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("cursor={next}")]).collect();
    format!("<{}?{}>; rel=\"next\"", request.path(), query.join("&"))
}

/// Numbers as an opaque text.
pub fn seal<const N: usize>(position: [i64; N]) -> String {
    let parts: Vec<String> = position.iter().map(|it| format!("{:x}", it.cast_unsigned())).collect();
    format!("c{}", parts.join("-"))
}

fn open<const N: usize>(text: &str) -> Option<[i64; N]> {
    let parts = text.strip_prefix('c')?.split('-');
    let mut numbers = Vec::with_capacity(N);
    for part in parts {
        let Ok(number) = u64::from_str_radix(part, 16) else { return None };
        numbers.push(number.cast_signed());
    }
    let Ok(position) = numbers.try_into() else { return None };
    Some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_back_its_numbers_and_nothing_else_is_one() {
        for position in [[0, 1], [i64::MIN, i64::MAX], [-1, 42]] {
            assert_eq!(open(&seal(position)), Some(position));
        }
        for bad in ["", "c", "c1", "c1-", "c1-2-3", "x1-2", "c1-g", "c11111111111111111-1"] {
            assert_eq!(open::<2>(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_has_a_next_one_only_when_there_is_more() {
        let page = Page::cut(vec![3, 2, 1], 2, |it| [*it]);
        assert_eq!((page.items, page.next), (vec![3, 2], Some("c2".to_owned())));
        let last = Page::cut(vec![1], 2, |it| [*it]);
        assert_eq!((last.items, last.next), (vec![1], None));
    }
}
