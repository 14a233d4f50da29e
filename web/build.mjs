// Builds what the browser gets into dist/: one script, one style sheet, one sheet of icons, the sign that a telephone shows
// on its screen, the worker that keeps them there, and manifest.json, which maps their plain names to names with a hash of
// the content. Texts also lie beside themselves as .gz and .br, for whoever takes them.
//
// Tabler's style sheet is large. What no template, script or Rust file names is left out. Its colours are written for
// browsers of 2023; here they are spelt so that a browser of 2020 (many offices have one) shows them too.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { PurgeCSS } from "purgecss";
import { png } from "./icon.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const MOST_KB = 150;

const options = {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    write: false,
    outdir: "dist",
    format: "iife",
    target: ["chrome86", "firefox78", "safari14"],
    // Safari 14 stumbles only over a corner of it that nothing here uses.
    supported: { destructuring: true },
    legalComments: "none",
    logLevel: "warning",
};
const bundled = await esbuild.build({ ...options, entryPoints: { app: "src/app.ts", style: "src/app.css" } });
const output = (end) => bundled.outputFiles.find((file) => file.path.endsWith(end)).text;
const sign = await readFile(join(here, "src/icon.svg"), "utf8");

const manifest = {};
const written = {};
let gzipped = 0;
keep("app.js", output(".js"));
keep("app.css", await purged(output(".css")));
keep("icons.svg", await sprite());
keep("sign.png", png(sign, 192));
const first = Object.values(manifest);
keep("sign-large.png", png(sign, 512));
keep("sign-cut.png", png(sign, 512, true));
// The worker is told what it keeps by name: another name is another worker.
const told = { ASSETS: JSON.stringify(first.map((name) => `/assets/${name}`)) };
const worker = await esbuild.build({ ...options, entryPoints: { worker: "src/worker/worker.ts" }, define: told });
keep("worker.js", worker.outputFiles[0].text);

/** Puts a file under the name that its content gives it. */
function keep(name, content) {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const dot = name.lastIndexOf(".");
    const hashed = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
    manifest[name] = hashed;
    written[hashed] = content;
    // A picture is as small as it gets.
    const small = name.endsWith(".png") ? content : gzipSync(content, { level: 9 });
    if (small !== content) Object.assign(written, { [`${hashed}.gz`]: small, [`${hashed}.br`]: brotliCompressSync(content) });
    gzipped += small.length;
    console.log(`${hashed}  ${kb(content.length)}, sent as ${kb(small.length)}`);
}

written["manifest.json"] = `${JSON.stringify(manifest, null, 2)}\n`;
// The names say what is in the files. The same names: nothing is touched, and cargo has nothing to compile again.
const there = await readdir(dist).catch(() => []);
if (there.sort().join() !== Object.keys(written).sort().join()) {
    await rm(dist, { recursive: true, force: true });
    await mkdir(dist, { recursive: true });
    for (const [name, content] of Object.entries(written)) await writeFile(join(dist, name), content);
}
if (gzipped > MOST_KB * 1000) {
    throw new Error(`${kb(gzipped)} gzipped is more than the ${MOST_KB} kB that a phone should have to fetch`);
}

function kb(bytes) {
    return `${(bytes / 1000).toFixed(1)} kB`;
}

/** The style sheet without what nobody uses. Words that templates put together from parts are kept by pattern. */
async function purged(css) {
    const plain = css
        // `X at (opacity × 100) %` is X wherever nobody sets the opacity, and we never do.
        .replace(/color-mix\(in oklab, ?(var\(--tblr-[\w-]+\)) calc\((?:var\(--tblr-[\w-]+(?:, ?1)?\)|1) \* 100%\), ?transparent\)/g, "$1");
    const [result] = await new PurgeCSS().purge({
        content: [`${here}/../crates/**/*.html`, `${here}/../crates/**/*.rs`, `${here}/src/**/*.ts`],
        css: [{ raw: plain }],
        safelist: { standard: [/^htmx-/, /^tag-/, /^wqt-/, /^dot-/, /^btn-(primary|danger)$/], greedy: [/data-wqt/] },
        keyframes: true,
        variables: false,
    });
    return result.css;
}

/** One <symbol> for each name in src/icons.txt. */
async function sprite() {
    const listed = (await readFile(join(here, "src/icons.txt"), "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));
    const folder = join(here, "node_modules/@tabler/icons/icons/outline");
    const known = new Set(await readdir(folder));
    const symbols = await Promise.all(
        [...new Set(listed)].sort().map(async (name) => {
            if (!known.has(`${name}.svg`)) throw new Error(`src/icons.txt: there is no icon "${name}"`);
            const svg = await readFile(join(folder, `${name}.svg`), "utf8");
            const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "");
            return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inside.replace(/>\s+</g, "><").trim()}</symbol>`;
        }),
    );
    return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}
