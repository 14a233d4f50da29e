// One demand from the enterprise to its rating, by the hands of the people it concerns, and what each of them sees.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

let city;
before(async () => {
    city = await City.open();
});
after(() => city.close());

async function journey(script) {
    const plain = { javaScriptEnabled: script };
    const title = script ? "新车间用电增容" : "厂区门口道路破损";
    const liaison = await city.person("qiye", PHONE, plain);
    await liaison.getByRole("link", { name: "提交诉求" }).first().click();
    await liaison.getByLabel("问题类别").selectOption({ index: 2 });
    await liaison.getByLabel("标题").fill(title);
    await liaison.getByLabel("具体情况").fill("请尽快协调解决，影响十二月投产。");
    if (script) await looksRight(liaison, "phone-form");
    await liaison.getByLabel("附件（可不填）").setInputFiles({ name: "增容方案.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF") });
    await liaison.getByRole("button", { name: "提交诉求" }).click();
    // The demo's enterprise may have an open demand of this kind; what was typed and sent is still there.
    const another = liaison.getByLabel("不是同一件事，仍要提交");
    await liaison.getByText("诉求已提交，编号").or(another).first().waitFor();
    if (await another.count()) {
        await another.check();
        await liaison.getByRole("button", { name: "提交诉求" }).click();
        await liaison.getByText("诉求已提交，编号").waitFor();
    }
    await liaison.getByRole("link", { name: "增容方案.pdf" }).waitFor();
    const path = new URL(liaison.url()).pathname;
    if (script) await looksRight(liaison, "phone-demand");

    const desk = await city.person("fuwutai", undefined, plain);
    // News reaches the inbox within seconds; with scripts the count beside it moves by itself.
    if (script) await desk.locator(".wqt-side [data-live-count='/notices']:not([hidden])").waitFor();
    await desk.goto("/demands?waiting=desk");
    await desk.getByRole("link", { name: title }).click();
    await desk.getByRole("button", { name: "受理", exact: true }).click();
    await desk.getByText("已受理，诉求现在是").waitFor();
    if (script) await looksRight(desk, "desk-demand");
    const handler = await city.person("chengban", undefined, plain);
    await desk.locator("#field-unit").fill(await bureauOf(handler));
    await desk.getByLabel("办理期限（工作日）").fill("5");
    await desk.getByRole("button", { name: "交办" }).click();
    await desk.getByText("已交办，诉求现在是").waitFor();

    await handler.goto(path);
    await handler.getByRole("button", { name: "签收" }).click();
    await handler.getByText("已签收，诉求现在是").waitFor();
    await handler.getByLabel("解决", { exact: true }).check();
    await handler.getByLabel("答复内容").fill("已现场勘察，五日内完成。");
    if (script) await looksRight(handler, "unit-demand");
    await handler.getByRole("button", { name: "答复" }).click();
    await handler.getByText("已答复，诉求现在是").waitFor();

    await told(liaison, "诉求已有答复，请您确认", title);
    await liaison.locator("#field-rating").getByLabel("满意", { exact: true }).check();
    await liaison.locator("#field-process").getByLabel("基本满意", { exact: true }).check();
    if (script) await looksRight(liaison, "phone-rating");
    await liaison.getByRole("button", { name: "确认" }).click();
    await liaison.getByText("诉求现在是“已办结”").waitFor();
    assert.equal(await liaison.locator("textarea").count(), 0, "nothing is left to do");
}

/** Opens the notice of this title about a demand, as soon as it has come. */
async function told(page, notice, title) {
    const link = page.getByRole("link").filter({ hasText: notice }).filter({ hasText: title });
    for (let tries = 0; tries < 150 && (await link.count()) === 0; tries += 1) await page.goto("/notices");
    await link.click();
    await page.waitForURL((url) => url.pathname.startsWith("/demands/"));
}

/** The unit that holds what waits on the handler's first page. */
async function bureauOf(handler) {
    await handler.goto("/demands?waiting=unit");
    return (await handler.locator("td[data-label='现由谁办']").first().textContent()).trim();
}

test("a demand goes from the enterprise's telephone to its rating", () => journey(true));
test("and does so where scripts are off", () => journey(false));

test("everybody finds their first page, on a telephone and on a desk", async () => {
    for (const login of ["qiye", "zhuanyuan", "chengban", "fuze", "fuwutai", "lingdao", "xitong"]) {
        for (const [name, size] of [["phone", PHONE], ["desk", undefined]]) {
            const page = await city.person(login, size);
            await looksRight(page, `${name}-home-${login}`);
            if (["fuwutai", "qiye"].includes(login)) {
                await page.goto("/demands");
                await looksRight(page, `${name}-list-${login}`);
            }
            await page.context().close();
        }
    }
});

test("a stranger who signs in wrongly is told so and keeps the login", async () => {
    const page = await (await city.browser.newContext({ baseURL: city.url })).newPage();
    await page.goto("/demands");
    await page.getByLabel("账号").fill("qiye");
    await page.getByLabel("密码").fill("wrong");
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByText("账号或密码不正确").first().waitFor();
    await looksRight(page, "desk-login");
    assert.equal(await page.getByLabel("账号").inputValue(), "qiye");
});
