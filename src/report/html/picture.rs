//! The picture of the path: from the client through its subnet and the endpoint's to each of the endpoint's interfaces, and back; what stops it
//! is marked. It knows where things stand and what they say; how they look is the style sheet's.

use super::super::Words;
use super::super::view::{Passed, View, Way, WayEnd, reach_key};
use pldoctor_checks::network::{self, HopName, HopVerdict};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Interfaces that are drawn; an endpoint has one a zone. The reasons below the picture cover all of them.
const MOST_WAYS: usize = 6;

/// The hops of the request, from the client on, and those of the answer, from the client on as well: it meets them the other way round.
const REQUEST: [HopName; 5] = [
    HopName::ClientSgEgress,
    HopName::ClientNaclEgress,
    HopName::ClientRoute,
    HopName::EndpointNaclIngress,
    HopName::EndpointSgIngress,
];
const ANSWER: [HopName; 3] = [HopName::ClientNaclIngress, HopName::EndpointRoute, HopName::EndpointNaclEgress];

/// How many of the request's hops are in the client's subnet.
const IN_CLIENT_SUBNET: usize = 3;

/// A drawing, in pixels.
pub(super) struct Picture {
    pub(super) width: i32,
    pub(super) height: i32,
    /// Which of the two it is, for the style sheet.
    pub(super) class: &'static str,
    pub(super) shapes: Vec<Shape>,
}

/// What is drawn, back to front.
pub(super) enum Shape {
    Frame {
        x: i32,
        y: i32,
        w: i32,
        h: i32,
        class: &'static str,
    },
    Line {
        x1: i32,
        y1: i32,
        x2: i32,
        y2: i32,
        class: &'static str,
    },
    /// The point of an arrow, with the points of its polygon.
    Point {
        points: String,
        class: &'static str,
    },
    Text {
        x: i32,
        y: i32,
        class: &'static str,
        text: String,
    },
    /// What may let packets through or not: whole texts as a tip.
    Chip {
        x: i32,
        y: i32,
        w: i32,
        h: i32,
        class: &'static str,
        tip: String,
        label: String,
        resource: String,
    },
}

/// The same for a wide window and for a narrow one; none where no way is known.
pub(super) fn pictures(view: &View<'_>, ways: &[Way]) -> Vec<Picture> {
    if ways.is_empty() {
        return Vec::new();
    }
    let service = view.report.facts.endpoint().map(|endpoint| endpoint.service_name.clone()).unwrap_or_default();
    let service = crate::report::text::clean(&service, crate::report::text::LONGEST_VALUE);
    let scene = Scene { words: view.words, ways: &ways[..ways.len().min(MOST_WAYS)], service };
    vec![scene.wide(), scene.tall()]
}

/// What is to be drawn.
struct Scene<'a> {
    words: Words,
    ways: &'a [Way],
    /// The endpoint's service; empty where the goal is none.
    service: String,
}

impl Scene<'_> {
    fn wide(&self) -> Picture {
        const ROW: i32 = 140;
        const CHIP: i32 = 136;
        let columns = [166, 312, 458, 648, 794];
        let height = ROW * self.ways.len() as i32 + 6;
        let mut draw = Draw::default();
        let client = &self.ways[0].from;
        draw.frame(1, 1, 604, height - 2, "subnet");
        draw.text(12, 20, "small", &place(client, 92));
        draw.end((12, 33, 140, height - 46), self.words.text("layer-client"), client, "client");
        for (index, way) in self.ways.iter().enumerate() {
            let top = ROW * index as i32 + 1;
            let (upper, lower) = (top + 32, top + 86);
            let (there, back) = (upper + 20, lower + 20);
            draw.frame(636, top, 474, ROW - 8, "subnet");
            draw.text(648, top + 19, "small", &place(&way.to, 70));
            let track = Track::of(way);
            // There: from the client to each hop and on to the interface.
            let mut from = 152;
            for (column, name) in columns.into_iter().zip(REQUEST) {
                draw.line(from, there, column, there, track.before(name));
                from = column + CHIP;
            }
            draw.line(from, there, 944, there, track.arrives());
            draw.point([(944, there), (936, there - 4), (936, there + 4)], track.arrives());
            // And back, drawn from the client on.
            let mut from = 152;
            for (column, name) in [columns[1], columns[3], columns[4]].into_iter().zip(ANSWER) {
                draw.line(from, back, column, back, track.after(name));
                from = column + CHIP;
            }
            draw.line(from, back, 944, back, track.returns());
            draw.point([(152, back), (160, back - 4), (160, back + 4)], track.after(ANSWER[0]));
            for (column, name) in columns.into_iter().zip(REQUEST) {
                self.chip(&mut draw, way, name, (column, upper, CHIP, 40));
            }
            for (column, name) in [columns[1], columns[3], columns[4]].into_iter().zip(ANSWER) {
                self.chip(&mut draw, way, name, (column, lower, CHIP, 40));
            }
            draw.end((944, upper, 156, 94), self.words.text(reach_key(way.verdict)), &way.to, goal_class(way));
            if !self.service.is_empty() {
                draw.line(1100, (there + back) / 2, 1122, (there + back) / 2, track.arrives());
            }
        }
        if !self.service.is_empty() {
            self.service(&mut draw, (1122, height / 2 - 56, 117, 112), 17);
        }
        Picture { width: 1240, height, class: "wide", shapes: draw.shapes }
    }

    fn tall(&self) -> Picture {
        const CHIP: i32 = 166;
        let (left, right) = (8, 190);
        let client = &self.ways[0].from;
        let mut draw = Draw::default();
        draw.end((1, 1, 362, 72), self.words.text("layer-client"), client, "client");
        let mut top = 82;
        for way in self.ways {
            let track = Track::of(way);
            let row = |index: usize| top + 30 + 46 * index as i32 + if index >= IN_CLIENT_SUBNET { 26 } else { 0 };
            let border = row(IN_CLIENT_SUBNET) - 26;
            let goal = row(REQUEST.len());
            draw.frame(1, top, 362, border - top - 4, "subnet");
            draw.frame(1, border, 362, goal + 84 - border, "subnet");
            let (there, back) = (left + CHIP / 2, right + CHIP / 2);
            let mut from = top + 24;
            for (index, name) in REQUEST.into_iter().enumerate() {
                draw.line(there, from, there, row(index), track.before(name));
                from = row(index) + 38;
            }
            draw.line(there, from, there, goal, track.arrives());
            draw.point([(there, goal), (there - 4, goal - 7), (there + 4, goal - 7)], track.arrives());
            let rows = [row(1), row(3), row(4)];
            let mut from = top + 24;
            for (row, name) in rows.into_iter().zip(ANSWER) {
                draw.line(back, from, back, row, track.after(name));
                from = row + 38;
            }
            draw.line(back, from, back, goal, track.returns());
            draw.point([(back, top + 24), (back - 4, top + 31), (back + 4, top + 31)], track.after(ANSWER[0]));
            draw.text(left, top + 18, "small", &place(client, 54));
            draw.text(left, border + 17, "small", &place(&way.to, 54));
            for (index, name) in REQUEST.into_iter().enumerate() {
                self.chip(&mut draw, way, name, (left, row(index), CHIP, 38));
            }
            for (row, name) in rows.into_iter().zip(ANSWER) {
                self.chip(&mut draw, way, name, (right, row, CHIP, 38));
            }
            draw.end((left, goal, 348, 76), self.words.text(reach_key(way.verdict)), &way.to, goal_class(way));
            top = goal + 98;
        }
        if !self.service.is_empty() {
            self.service(&mut draw, (1, top, 362, 58), 52);
            top += 62;
        }
        Picture { width: 364, height: top, class: "tall", shapes: draw.shapes }
    }

    fn service(&self, draw: &mut Draw, (x, y, w, h): (i32, i32, i32, i32), columns: usize) {
        draw.frame(x, y, w, h, "service");
        draw.text(x + 8, y + 18, "label", self.words.text("support-service"));
        for (index, line) in broken(&self.service, columns, 5).iter().enumerate() {
            draw.text(x + 8, y + 36 + 15 * index as i32, "id", line);
        }
    }

    fn chip(&self, draw: &mut Draw, way: &Way, name: HopName, (x, y, w, h): (i32, i32, i32, i32)) {
        let key = match name {
            HopName::ClientSgEgress => "hop-sg-out",
            HopName::EndpointSgIngress => "hop-sg-in",
            HopName::ClientNaclEgress | HopName::EndpointNaclEgress => "hop-acl-out",
            HopName::ClientNaclIngress | HopName::EndpointNaclIngress => "hop-acl-in",
            _ => "hop-route",
        };
        let passed = way.hop(name);
        let verdict = passed.map_or(HopVerdict::Unknown, |passed| passed.verdict);
        let (mark, class) = look(verdict);
        let resource = passed.map(|passed| passed.resource.as_str()).unwrap_or_default();
        let tip = passed.map(|passed| format!("{}: {}", name.name(), passed.sentence)).unwrap_or_default();
        draw.shapes.push(Shape::Chip {
            x,
            y,
            w,
            h,
            class,
            tip,
            label: format!("{mark} {}", self.words.text(key)),
            resource: fit(resource, 21),
        });
    }
}

/// The mark and the class of a hop.
pub(super) fn look(verdict: HopVerdict) -> (&'static str, &'static str) {
    match verdict {
        HopVerdict::Allow => ("✔", "allow"),
        HopVerdict::Deny => ("✖", "deny"),
        HopVerdict::Partial => ("~", "partial"),
        HopVerdict::Unknown => ("?", "unknown"),
        HopVerdict::Skipped => ("·", "skipped"),
    }
}

fn goal_class(way: &Way) -> &'static str {
    match way.verdict {
        network::Verdict::Reachable => "goal allow",
        network::Verdict::Partial => "goal partial",
        network::Verdict::Blocked => "goal deny",
        network::Verdict::Unknown => "goal unknown",
    }
}

/// Subnet, zone and VPC of an end: as many of them as fit into so many columns.
fn place(end: &WayEnd, columns: usize) -> String {
    let mut place = String::new();
    for part in [&end.subnet, &end.zone, &end.vpc].into_iter().filter(|part| !part.is_empty()) {
        let longer = if place.is_empty() { part.clone() } else { format!("{place} · {part}") };
        if !place.is_empty() && longer.width() > columns {
            break;
        }
        place = longer;
    }
    fit(&place, columns)
}

/// How far packets get: each stretch is one on which they travel, or one that they never reach.
struct Track<'a> {
    way: &'a Way,
}

impl<'a> Track<'a> {
    fn of(way: &'a Way) -> Self {
        Self { way }
    }

    fn stopped(&self, hops: impl IntoIterator<Item = HopName>) -> bool {
        let denies = |passed: &Passed| passed.verdict == HopVerdict::Deny;
        // What stops it all before a packet meets anything has no place of its own in the picture.
        let before = self
            .way
            .hops
            .iter()
            .any(|passed| denies(passed) && !REQUEST.contains(&passed.hop) && !ANSWER.contains(&passed.hop));
        before || hops.into_iter().any(|name| self.way.hop(name).is_some_and(denies))
    }

    fn class(stopped: bool) -> &'static str {
        if stopped { "cut" } else { "way" }
    }

    /// The stretch of the request that leads to this hop.
    fn before(&self, name: HopName) -> &'static str {
        Self::class(self.stopped(REQUEST.into_iter().take_while(|hop| *hop != name)))
    }

    fn arrives(&self) -> &'static str {
        Self::class(self.stopped(REQUEST))
    }

    /// The stretch of the answer that comes from this hop.
    fn after(&self, name: HopName) -> &'static str {
        let passed = ANSWER.into_iter().rev().take_while(|hop| *hop != name).chain([name]);
        Self::class(self.stopped(REQUEST) || self.stopped(passed))
    }

    fn returns(&self) -> &'static str {
        self.arrives()
    }
}

#[derive(Default)]
struct Draw {
    shapes: Vec<Shape>,
}

impl Draw {
    fn frame(&mut self, x: i32, y: i32, w: i32, h: i32, class: &'static str) {
        self.shapes.push(Shape::Frame { x, y, w, h, class });
    }

    fn line(&mut self, x1: i32, y1: i32, x2: i32, y2: i32, class: &'static str) {
        self.shapes.push(Shape::Line { x1, y1, x2, y2, class });
    }

    fn point(&mut self, corners: [(i32, i32); 3], class: &'static str) {
        let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
        self.shapes.push(Shape::Point { points: points.join(" "), class });
    }

    fn text(&mut self, x: i32, y: i32, class: &'static str, text: &str) {
        self.shapes.push(Shape::Text { x, y, class, text: text.to_owned() });
    }

    /// The client or an interface: a heading, and what it is called.
    fn end(&mut self, (x, y, w, h): (i32, i32, i32, i32), heading: &str, end: &WayEnd, class: &'static str) {
        let columns = usize::try_from((w - 14) / 6).unwrap_or_default();
        let (mark, _) = match class {
            "goal allow" => look(HopVerdict::Allow),
            "goal deny" => look(HopVerdict::Deny),
            "goal partial" => look(HopVerdict::Partial),
            "goal unknown" => look(HopVerdict::Unknown),
            _ => ("", ""),
        };
        self.frame(x, y, w, h, class);
        self.text(x + 8, y + 18, "label", format!("{mark} {heading}").trim());
        let names = [&end.address, &end.interface, &end.owner];
        for (index, name) in names.into_iter().filter(|name| !name.is_empty()).enumerate() {
            self.text(x + 8, y + 35 + 15 * index as i32, "id", &fit(name, columns));
        }
    }
}

/// As much of a text as fits into these columns.
fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut left = columns.saturating_sub(1);
    let kept = text.chars().take_while(|character| {
        let width = character.width().unwrap_or_default();
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    });
    kept.collect::<String>() + "…"
}

/// A name in lines of at most so many columns, broken after points and hyphens where that is possible; the last line says where more was.
fn broken(text: &str, columns: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in text.split_inclusive(['.', '-']) {
        match lines.last_mut() {
            Some(line) if line.width() + piece.width() <= columns => line.push_str(piece),
            _ => lines.push(fit(piece, columns)),
        }
    }
    if lines.len() > most {
        lines.truncate(most);
        lines.iter_mut().skip(most - 1).for_each(|line| line.push('…'));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_to_what_fits() {
        assert_eq!(fit("sg-0123", 10), "sg-0123");
        assert_eq!(fit("sg-0123456789", 10), "sg-012345…");
        assert_eq!(fit("安全组安全组", 5), "安全…");
        let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
        assert_eq!(broken(service, 20, 5), ["com.amazonaws.vpce.", "us-east-1.vpce-svc-", "0123456789abcdef0"]);
        assert!(broken(&"x-".repeat(500), 20, 5).len() == 5);
    }
}
