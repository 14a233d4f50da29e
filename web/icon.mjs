// Draws src/icon.svg as PNG, for the screens of telephones. It knows what that drawing needs and no more: one ground with
// round corners, and strokes along M, L, C and Z with round ends.

import { deflateSync } from "node:zlib";

/** The drawing as a PNG of so many pixels; `maskable`: the ground to the edges and the strokes further in, to be cut into any shape. */
export function png(svg, size, maskable = false) {
    const attribute = (tag, name) => tag.match(new RegExp(`${name}="([^"]*)"`))[1];
    const [ground] = svg.match(/<rect[^>]*>/);
    const [paper, unit] = [colour(attribute(ground, "fill")), 512 / size];
    const corner = maskable ? 0 : Number(attribute(ground, "rx"));
    const closer = maskable ? 0.8 : 1;
    const strokes = svg.match(/<path[^>]*>/g).map((tag) => {
        const reach = (Number(attribute(tag, "stroke-width")) / 2) * closer;
        const drawn = lines(attribute(tag, "d")).map((line) => line.map((point) => point.map((value) => 256 + (value - 256) * closer)));
        return { ink: colour(attribute(tag, "stroke")), reach, nearest: nearest(drawn, reach + unit, size, unit) };
    });
    const pixels = Buffer.alloc(size * size * 4);
    for (let row = 0; row < size; row += 1) {
        for (let column = 0; column < size; column += 1) {
            const at = row * size + column;
            let shown = paper;
            for (const { ink, reach, nearest: away } of strokes) {
                const share = covered(away[at] - reach, unit);
                if (share > 0) shown = shown.map((value, part) => value + (ink[part] - value) * share);
            }
            const inside = corner === 0 ? 1 : covered(outside((column + 0.5) * unit, (row + 0.5) * unit, corner), unit);
            pixels.set([...shown.map(Math.round), Math.round(255 * inside)], at * 4);
        }
    }
    return encoded(pixels, size);
}

/** How far each pixel is from the nearest of the lines; beyond `reach` it does not matter. */
function nearest(drawn, reach, size, unit) {
    const away = new Float32Array(size * size).fill(Infinity);
    const cells = (low, high) => [Math.max(0, Math.floor((low - reach) / unit)), Math.min(size - 1, Math.ceil((high + reach) / unit))];
    for (const line of drawn) {
        const [[ax, ay], [bx, by]] = line;
        const [left, right] = cells(Math.min(ax, bx), Math.max(ax, bx));
        const [top, bottom] = cells(Math.min(ay, by), Math.max(ay, by));
        for (let row = top; row <= bottom; row += 1) {
            for (let column = left; column <= right; column += 1) {
                const at = row * size + column;
                away[at] = Math.min(away[at], distance([(column + 0.5) * unit, (row + 0.5) * unit], line));
            }
        }
    }
    return away;
}

/** How much of a pixel lies within an edge that is `beyond` away. */
function covered(beyond, unit) {
    return Math.min(1, Math.max(0, 0.5 - beyond / unit));
}

function colour(hex) {
    return [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
}

/** How far a point lies outside the square with round corners. */
function outside(x, y, corner) {
    const [dx, dy] = [Math.abs(x - 256) - 256 + corner, Math.abs(y - 256) - 256 + corner];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
}

function distance([x, y], [[ax, ay], [bx, by]]) {
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** A path as straight lines; a curve is cut into 24. */
function lines(path) {
    const [found, numbers] = [[], (text) => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number)];
    let [start, here] = [[0, 0], [0, 0]];
    for (const [, command, rest] of path.matchAll(/([MLCZ])([^MLCZ]*)/g)) {
        const values = numbers(rest);
        const goTo = (point) => (found.push([here, point]), (here = point));
        if (command === "M") start = here = values;
        else if (command === "L") goTo(values);
        else if (command === "Z") goTo(start);
        else {
            for (let at = 0; at < values.length; at += 6) {
                const [from, [bx, by, cx, cy, dx, dy]] = [here, values.slice(at, at + 6)];
                for (let step = 1; step <= 24; step += 1) {
                    const [t, u] = [step / 24, 1 - step / 24];
                    const curve = (a, b, c, d) => u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
                    goTo([curve(from[0], bx, cx, dx), curve(from[1], by, cy, dy)]);
                }
            }
        }
    }
    return found;
}

/** PNG: eight bits a channel, with transparency. */
function encoded(pixels, size) {
    const rows = Buffer.alloc((size * 4 + 1) * size);
    for (let row = 0; row < size; row += 1) pixels.copy(rows, row * (size * 4 + 1) + 1, row * size * 4, (row + 1) * size * 4);
    const head = Buffer.alloc(13);
    head.writeUInt32BE(size, 0);
    head.writeUInt32BE(size, 4);
    head.set([8, 6, 0, 0, 0], 8);
    const chunk = (name, data) => {
        const body = Buffer.concat([Buffer.from(name), data]);
        const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
        length.writeUInt32BE(data.length);
        sum.writeUInt32BE(checksum(body));
        return Buffer.concat([length, body, sum]);
    };
    const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
    return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

/** CRC-32, as PNG wants it. */
function checksum(bytes) {
    let sum = 0xffffffff;
    for (const byte of bytes) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
    }
    return ~sum >>> 0;
}
