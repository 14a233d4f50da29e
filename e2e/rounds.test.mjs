// Everybody walks through every page they can reach by links: none is broken, none keeps anybody out, none is wider than
// the screen. One page of each kind is enough, so ids count as alike.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, DESKTOP, PHONE, looksRight } from "./city.mjs";

let city;
before(async () => {
    city = await City.open();
});
after(() => city.close());

const MOST = 60;

/** `/demands/0192…?state=raised` and `/demands/0193…` are of one kind. */
function kindOf(url) {
    const path = url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replaceAll(/\/\d{4,}/g, "/{code}");
    return `${path}?${[...new Set(url.searchParams.keys())].sort().join("&")}`;
}

/** Walks from the first page; gives all that is wrong, a line each, so that one round tells everything. */
async function walks(login, viewport, name) {
    const wrong = [];
    const page = await city.person(login, viewport);
    const seen = new Set(["/?", "/login?next", "/login?"]);
    const looked = new Set();
    const ahead = ["/"];
    for (let walked = 0; ahead.length > 0 && walked < MOST; walked += 1) {
        const path = ahead.shift();
        // A list looks alike under every filter: plain and under one filter it is looked at, the others must only answer.
        const looks = kindOf(new URL(path, city.url)).replace(/\?.+$/, "?…");
        if (looked.has(looks)) {
            const status = (await page.request.get(path)).status();
            if (status >= 400) wrong.push(`a link leads to ${path}, which gives ${status}`);
            continue;
        }
        looked.add(looks);
        const answer = await page.goto(path);
        if (answer.status() >= 400) wrong.push(`a link leads to ${path}, which gives ${answer.status()}`);
        const kind = kindOf(new URL(page.url())).replaceAll(/[^a-z{}]+/g, "-");
        await looksRight(page, `${name}-${login}${kind === "-" ? "-home" : kind}`).catch((fault) => wrong.push(fault.message));
        // What downloads is no page.
        const links = await page.locator("a[href^='/']:not([download])").evaluateAll((all) => all.map((link) => link.href));
        for (const link of links) {
            const url = new URL(link);
            const next = kindOf(url);
            if (seen.has(next)) continue;
            seen.add(next);
            ahead.push(url.pathname + url.search);
        }
    }
    await page.context().close();
    return wrong;
}

for (const login of ["qiye", "zhuanyuan", "chengban", "fuze", "fuwutai", "zonghe", "jiejue", "lingdao", "xitong", "anquan", "shenji"]) {
    test(`${login} finds every link leading to a page that is right`, async () => {
        const phone = ["qiye", "zhuanyuan"].includes(login);
        assert.deepEqual(await walks(login, phone ? PHONE : DESKTOP, phone ? "phone" : "desk"), []);
    });
}
