//! The curve of an adjustment as a drawing: how many more change, against how well everything fits.

use crate::rounds::planning::CurvePoint;

/// The drawing's inner width and height, and the room around it for words.
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 16.0;

/// A point, drawn.
pub(super) struct Dot {
    pub place: usize,
    pub x: String,
    pub y: String,
    pub changed: usize,
    pub fit: i64,
    pub chosen: bool,
}

/// The curve, drawn.
pub(super) struct Curve {
    pub line: String,
    pub dots: Vec<Dot>,
    pub most: usize,
    pub best: i64,
    pub worst: i64,
}

impl Curve {
    pub fn of(points: &[CurvePoint], chosen: usize) -> Self {
        let most = points.iter().map(|point| point.changed).max().unwrap_or(0);
        let best = points.iter().map(|point| point.fit).min().unwrap_or(0);
        let worst = points.iter().map(|point| point.fit).max().unwrap_or(0);
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let dots: Vec<Dot> = points
            .iter()
            .enumerate()
            .map(|(place, point)| Dot {
                place,
                x: format!("{:.1}", LEFT + WIDTH * share(point.changed as f64, most as f64)),
                y: format!("{:.1}", TOP + HEIGHT * (1.0 - share((point.fit - best) as f64, (worst - best) as f64))),
                changed: point.changed,
                fit: point.fit,
                chosen: place == chosen,
            })
            .collect();
        let line = dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect::<Vec<_>>().join(" ");
        Self { line, dots, most, best, worst }
    }
}
