// The two apps on a telephone: put on its screen, used where the line is bad or gone, shared by two people, read in large letters.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

let city;
let line;
before(async () => {
    city = await City.open();
    line = await Line.open(city.url);
});
beforeEach(() => {
    line.cut = false;
    line.losesAnswersTo = () => false;
});
after(async () => {
    line.close();
    await city.close();
});

/** The line between a telephone and the city: it can be cut, and it can lose the answer to what it carried there. */
class Line {
    static async open(to) {
        const line = new Line();
        line.cut = false;
        line.losesAnswersTo = () => false;
        const target = new URL(to);
        line.server = createServer((asked, answer) => {
            if (line.cut) return asked.socket.destroy();
            const onwards = request({ host: target.hostname, port: target.port, path: asked.url, method: asked.method, headers: asked.headers }, (got) => {
                if (line.losesAnswersTo(asked)) return void got.resume().on("end", () => asked.socket.destroy());
                answer.writeHead(got.statusCode, got.headers);
                got.pipe(answer);
            });
            onwards.on("error", () => asked.socket.destroy());
            answer.on("close", () => onwards.destroy());
            asked.pipe(onwards);
        });
        await new Promise((resolve) => line.server.listen(0, "127.0.0.1", resolve));
        line.url = `http://127.0.0.1:${line.server.address().port}`;
        return line;
    }

    close() {
        this.server.closeAllConnections();
        this.server.close();
    }
}

/** Somebody on a telephone at the end of the line, whose app has kept what it keeps. */
async function onTelephone(login) {
    const page = await city.person(login, PHONE, { baseURL: line.url });
    await ready(page, login);
    return page;
}

async function ready(page) {
    await until(page, async () => {
        const names = await caches.keys();
        const mine = names.find((name) => name === `mine ${document.body.dataset.whose}`);
        const wanted = document.body.dataset.keep.split(" ").length;
        return mine !== undefined && (await (await caches.open(mine)).keys()).length === wanted;
    });
}

/** Waits until something is so in the page, which may have to ask for it. */
async function until(page, so, about) {
    for (let tries = 0; tries < 200; tries += 1) {
        if (await page.evaluate(so, about)) return;
        await page.waitForTimeout(50);
    }
    throw new Error(`it did not come to this: ${so}`);
}

async function signsIn(page, login) {
    await page.getByLabel("账号").fill(login);
    await page.getByLabel("密码").fill("Weifang-2026");
    await page.getByRole("button", { name: "登录" }).click();
    await page.waitForURL((url) => url.pathname !== "/login");
}

/** How many contacts of the person say this. */
async function contactsSaying(page, words) {
    const all = [];
    for (let next = ""; next !== null; ) {
        const found = await page.request.get(`/api/v1/contacts?limit=50${next ? `&cursor=${next}` : ""}`).then((answer) => answer.json());
        all.push(...found.items);
        next = found.next;
    }
    return all.filter((contact) => JSON.stringify(contact).includes(words)).length;
}

async function demandsCalled(page, title) {
    const found = await page.request.get("/api/v1/demands?limit=50&sort=-raised_at").then((answer) => answer.json());
    return found.items.filter((demand) => demand.title === title);
}

test("the app can be put on the screen of a telephone, and its first page is light", async () => {
    const page = await onTelephone("zhuanyuan");
    const manifest = await page.evaluate(async () => (await fetch(document.querySelector("link[rel=manifest]").href)).json());
    assert.equal(manifest.name, "潍企通");
    assert.equal(manifest.display, "standalone");
    for (const icon of manifest.icons) {
        const size = await page.evaluate((src) => new Promise((resolve) => {
            const image = new Image();
            image.onload = () => resolve(`${image.width}x${image.height}`);
            image.src = src;
        }), icon.src);
        assert.equal(size, icon.sizes);
    }
    assert.deepEqual(manifest.icons.map((icon) => icon.purpose), ["any", "any", "maskable"]);
    const worker = await page.request.get("/sw.js");
    assert.equal(worker.headers()["cache-control"], "no-cache");
    const session = await page.context().newCDPSession(page);
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito"), []);

    const html = await page.request.get("/");
    const named = [...(await html.text()).matchAll(/(?:href|src)="(\/(?:assets\/[^"#]+|manifest\.webmanifest))/g)].map(([, path]) => path);
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    let bytes = 0;
    const weights = {};
    for (const path of new Set(["/", "/sw.js", ...named])) bytes += weights[path] = await weight(new URL(path, city.url), cookie);
    assert.ok(named.length >= 4 && bytes < 150_000, `${bytes} bytes: ${JSON.stringify(weights)}`);
});

/** The bytes that come over the wire for this address. */
function weight(url, cookie) {
    return new Promise((resolve, reject) => {
        const { hostname, port, pathname } = url;
        const headers = { cookie, accept: "text/html", "accept-encoding": "gzip, br", connection: "close" };
        request({ hostname, port, path: pathname, headers, agent: false }, (answer) => {
            const socket = answer.socket;
            answer.resume().on("end", () => resolve(socket.bytesRead));
        }).on("error", reject).end();
    });
}

test("a contact written down without a line is sent once when there is one", async () => {
    const page = await onTelephone("zhuanyuan");
    const words = "电话里说冬季用气够用";
    line.cut = true;
    await page.context().setOffline(true);
    await page.goto("/contacts/log");
    await page.getByLabel("企业（项目）").selectOption({ index: 1 });
    await page.getByLabel("谈了什么").fill(words);
    // What was typed outlives a reload.
    await until(page, kept, words);
    await page.reload();
    await page.getByText("已恢复上次没有送出的内容").waitFor();
    assert.equal(await page.getByLabel("谈了什么").inputValue(), words);
    await page.getByRole("button", { name: "保存记录" }).click();
    await page.getByText("等有网络时自动送出").waitFor();
    await looksRight(page, "phone-unsent");
    line.cut = false;
    await page.context().setOffline(false);
    // The page sends it, or the worker behind it: whoever is first.
    await page.getByText("都送出了").waitFor();
    await page.reload();
    assert.equal(await contactsSaying(page, words), 1);
    await page.context().close();
});

test("a contact whose answer got lost on the way is there once", async () => {
    const page = await onTelephone("zhuanyuan");
    const other = await page.context().newPage();
    await other.goto("/contacts");
    const words = "微信里答复了社保问题";
    await page.goto("/contacts/log");
    await page.getByLabel("企业（项目）").selectOption({ index: 1 });
    await page.getByLabel("谈了什么").fill(words);
    let lost = 0;
    line.losesAnswersTo = (asked) => asked.method === "POST" && asked.url === "/contacts/log" && (lost += 1) <= 2;
    await page.getByRole("button", { name: "保存记录" }).click();
    await page.getByText("网络不通").first().waitFor();
    assert.ok(lost > 0, "the answer was lost");
    line.losesAnswersTo = () => false;
    // Both tabs find it waiting, and that it has arrived.
    await Promise.all([page.goto("/drafts"), other.goto("/drafts")]);
    await page.getByText("都送出了").waitFor();
    await other.getByText("都送出了").waitFor();
    assert.equal(await contactsSaying(page, words), 1);
    await page.context().close();
});

test("a demand with a photograph, raised without a line, is sent once with its photograph", async () => {
    const page = await onTelephone("qiye");
    const title = "厂区门口积水没有路灯";
    line.cut = true;
    await page.goto("/demands/new");
    await page.getByLabel("问题类别").selectOption({ index: 5 });
    await page.getByLabel("标题").fill(title);
    await page.getByLabel("具体情况").fill("下雨后积水半米，夜班职工不敢走，请协调排水和照明。");
    const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
    await page.locator("#field-photo").setInputFiles({ name: "积水.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") });
    await looksRight(page, "phone-demand-offline");
    await page.getByRole("button", { name: "提交诉求" }).click();
    await page.getByText("网络不通").first().waitFor();
    await looksRight(page, "phone-no-line");
    line.cut = false;
    await page.goto("/drafts");
    await page.getByText("附件 1 个").waitFor();
    await page.getByRole("button", { name: "立即送出" }).click();
    await page.getByText("都送出了").waitFor();
    const found = await demandsCalled(page, title);
    assert.equal(found.length, 1);
    await page.goto(`/demands/${found[0].id}`);
    await page.getByRole("link", { name: "积水.png" }).waitFor();
    await page.context().close();
});

test("what the server refuses stays on the telephone with the reason, and is mended and sent", async () => {
    const page = await onTelephone("zhuanyuan");
    const words = "后天的事不能先记";
    await page.context().setOffline(true);
    await page.goto("/contacts/log");
    await page.getByLabel("企业（项目）").selectOption({ index: 1 });
    await page.getByLabel("哪一天").fill("2099-01-01");
    await page.getByLabel("谈了什么").fill(words);
    await page.getByRole("button", { name: "保存记录" }).click();
    await page.getByText("等有网络时自动送出").waitFor();
    await page.context().setOffline(false);
    await page.getByRole("link", { name: "打开修改" }).waitFor();
    await until(page, () => !document.querySelector("[data-put=told]").textContent.includes("自动送出"));
    await page.getByRole("link", { name: "打开修改" }).click();
    await page.locator("form .wqt-flash-error").waitFor();
    assert.equal(await page.getByLabel("谈了什么").inputValue(), words);
    await page.getByLabel("哪一天").fill(new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10));
    await page.getByRole("button", { name: "保存记录" }).click();
    await page.getByText("已记录，企业会收到消息并确认").waitFor();
    assert.equal(await contactsSaying(page, words), 1);
    await page.context().close();
});

test("whoever signs in next on the same telephone finds nothing of the one before", async () => {
    const page = await onTelephone("zhuanyuan");
    const words = "只给我自己看的草稿";
    await page.context().setOffline(true);
    await page.goto("/contacts/log");
    await page.getByLabel("企业（项目）").selectOption({ index: 1 });
    await page.getByLabel("谈了什么").fill(words);
    await page.getByRole("button", { name: "保存记录" }).click();
    await page.getByText("等有网络时自动送出").waitFor();
    // The session ends meanwhile: the draft stays, and says what to do.
    const cookies = await page.context().cookies();
    await page.context().clearCookies();
    await page.context().setOffline(false);
    await page.getByText("请重新登录后自动送出").waitFor();
    await page.goto("/login");
    await until(page, async () => (await caches.keys()).every((name) => !name.startsWith("mine ")));
    await signsIn(page, "qiye");
    await ready(page);
    await page.goto("/drafts");
    await page.getByText("都送出了").waitFor();
    assert.ok(!(await page.content()).includes(words));
    await page.context().setOffline(true);
    await page.goto("/contacts/log");
    await page.getByText("网络不通").first().waitFor();
    const found = await page.evaluate(async (text) => {
        const everywhere = [];
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) everywhere.push(await (await cache.match(request)).text());
        }
        const database = await new Promise((resolve) => (indexedDB.open("wqt").onsuccess = (event) => resolve(event.target.result)));
        const rows = await new Promise((resolve) => (database.transaction("drafts").objectStore("drafts").getAll().onsuccess = (event) => resolve(event.target.result)));
        everywhere.push(...rows.map((row) => new TextDecoder().decode(row.sealed)));
        return { rows: rows.length, leaks: everywhere.filter((one) => one.includes(text)).length };
    }, words);
    assert.deepEqual(found, { rows: 1, leaks: 0 });
    assert.ok(cookies.length > 0);
    await page.context().setOffline(false);

    // Its writer comes back, and it goes out by itself.
    await page.goto("/");
    await page.getByRole("link", { name: "更多" }).click();
    await page.locator("#menu").getByRole("button", { name: "退出" }).click();
    await page.waitForURL(/login/);
    await signsIn(page, "zhuanyuan");
    await page.goto("/drafts");
    await page.getByText("都送出了").waitFor();
    assert.equal(await contactsSaying(page, words), 1);
    await page.context().close();
});

/** Whether a draft is kept that is as long as these words at least: what it says, nobody can read. */
async function kept(words) {
    const database = await new Promise((resolve) => (indexedDB.open("wqt").onsuccess = (event) => resolve(event.target.result)));
    const rows = await new Promise((resolve) => (database.transaction("drafts").objectStore("drafts").getAll().onsuccess = (event) => resolve(event.target.result)));
    database.close();
    // Typed twice: as the text, and as what the list shows of it; beside that some 270 bytes.
    return rows.some((row) => row.sealed.byteLength > 270 + 2 * new TextEncoder().encode(words).length);
}

test("the pages of a telephone are read in letters twice as large, on a narrow screen too", async () => {
    const pages = {
        qiye: ["/", "/demands", "/demands/new", "/contacts", "/contacts/new", "/notices", "/drafts", "/offline", "/account"],
        zhuanyuan: ["/", "/my-clients", "/demands", "/demands/new", "/contacts", "/contacts/log", "/contacts/new", "/contacts/due", "/contacts/calendar", "/drafts"],
    };
    const wide = [];
    for (const [login, paths] of Object.entries(pages)) {
        const page = await city.person(login, PHONE);
        if (login === "zhuanyuan") {
            await page.goto("/my-clients");
            paths.push(new URL(await page.getByRole("link", { name: "一页通" }).first().evaluate((link) => link.href)).pathname);
        }
        for (const path of paths) {
            await page.setViewportSize(PHONE);
            await page.goto(path);
            if (path.endsWith("dossier") || path === "/my-clients" || path === "/") await looksRight(page, `phone-${login}${path.replaceAll("/", "-").slice(0, 12)}`);
            for (const width of [390, 320]) {
                await page.setViewportSize({ width, height: PHONE.height });
                const beyond = await page.evaluate(largeAndBeyond);
                if (beyond.length > 0) wide.push(`${path} at ${width}: ${beyond.slice(0, 4).join(" | ")}`);
                if (process.env.E2E_PICTURES) await page.screenshot({ path: `${process.env.E2E_PICTURES}/large-${width}-${login}${path.replaceAll("/", "-").slice(0, 24)}.png` });
            }
        }
        await page.context().close();
    }
    assert.deepEqual(wide, []);
});

/** What reaches beyond the screen when the letters are twice as large, as the browser's own setting makes them. */
function largeAndBeyond() {
    document.documentElement.style.fontSize = "200%";
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".table-responsive, .wqt-skip"));
    return out.map((one) => `${one.tagName}.${one.className.baseVal ?? one.className}`).concat(out.length === 0 ? ["something"] : []);
}
