//! What a healthy run has seen: the proof that it looked.

use super::page::Page;
use super::wrap::widest;
use crate::report::view::View;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let rows = view.measured();
    if !rows.is_empty() {
        page.gap();
        page.rows(2, &rows, widest(rows.iter().map(|(label, _)| *label)));
    }
}
