//! What TiDB Cloud's support needs to know, ready to send. Only where it is theirs to act.

use super::page::Page;
use super::wrap::widest;
use crate::report::view::View;

pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let rows = view.support();
    if rows.is_empty() {
        return;
    }
    page.heading(view.words.text("support"), view.words.text("support-more"));
    page.rows(2, &rows, widest(rows.iter().map(|(label, _)| *label)));
}
