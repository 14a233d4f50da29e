// A day of those whose work is not the demand's own way: a commissioner out on the road, a liaison who joins, the three
// administrators, and a desk with a list of enterprises in a file.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

let city;
before(async () => {
    city = await City.open();
});
after(() => city.close());

/** A screen before which nobody has signed in yet. */
async function stranger(options = {}) {
    const context = await city.browser.newContext({ baseURL: city.url, locale: "zh-CN", ...options });
    return context.newPage();
}

async function signsIn(page, login, password) {
    await page.goto("/login");
    await page.getByLabel("账号").fill(login);
    await page.getByLabel("密码").fill(password);
    await page.getByRole("button", { name: "登录" }).click();
}

test("a commissioner on the road raises what an enterprise told them, and follows it", async () => {
    const commissioner = await city.person("zhuanyuan", PHONE);
    await commissioner.getByRole("link", { name: "我服务的企业" }).click();
    const card = commissioner.locator(".wqt-tile").last();
    const client = (await card.getByRole("heading").textContent()).trim();
    await looksRight(commissioner, "phone-my-clients");
    await card.getByRole("link", { name: "代提诉求" }).click();
    assert.equal((await commissioner.locator("#field-client option:checked").textContent()).trim(), client, "the client is chosen already");

    const title = "厂区北门公交站点能否增设";
    await commissioner.getByLabel("问题类别").selectOption({ index: 3 });
    await commissioner.getByLabel("标题").fill(title);
    await commissioner.getByLabel("具体情况").fill("走访时企业提出，夜班职工返程不便，希望增设站点。");
    await looksRight(commissioner, "phone-demand-for-client");
    await commissioner.getByRole("button", { name: "提交诉求" }).click();
    const another = commissioner.getByLabel("不是同一件事，仍要提交");
    await commissioner.getByText("诉求已提交，编号").or(another).first().waitFor();
    if (await another.count()) {
        await another.check();
        await commissioner.getByRole("button", { name: "提交诉求" }).click();
        await commissioner.getByText("诉求已提交，编号").waitFor();
    }
    await commissioner.getByText(client).first().waitFor();

    const desk = await city.person("fuwutai");
    await desk.goto("/demands?waiting=desk");
    await desk.getByRole("link", { name: title }).click();
    await desk.getByRole("button", { name: "受理", exact: true }).click();
    await desk.getByText("已受理，诉求现在是").waitFor();

    await commissioner.getByRole("link", { name: "企业诉求" }).last().click();
    await commissioner.locator("tr").filter({ hasText: title }).filter({ hasText: "待交办" }).waitFor();
});

test("a liaison whom the desk invites joins on a telephone where scripts are off", async () => {
    const desk = await city.person("fuwutai");
    await desk.goto("/enterprises");
    const enterprise = desk.locator("#list td a").last();
    const client = (await enterprise.textContent()).trim();
    await enterprise.click();
    await desk.getByRole("link", { name: "邀请开通账号" }).click();
    await desk.getByRole("button", { name: "邀请", exact: true }).first().click();
    const link = await desk.getByLabel("邀请链接").inputValue();
    await looksRight(desk, "desk-invitation");

    const liaison = await stranger({ viewport: PHONE, javaScriptEnabled: false });
    await liaison.goto(link);
    await liaison.getByText(client).waitFor();
    await liaison.getByLabel("登录账号").fill("xin.lianluoyuan");
    await liaison.getByLabel("设置密码").fill("Lianluo-2026");
    await liaison.getByLabel("再次输入密码").fill("Lianluo-2062");
    await liaison.getByRole("button", { name: "加入并登录" }).click();
    await liaison.getByText("两次输入的密码不一致").first().waitFor();
    assert.equal(await liaison.getByLabel("登录账号").inputValue(), "xin.lianluoyuan", "what was typed is still there");
    await liaison.getByLabel("设置密码").fill("Lianluo-2026");
    await liaison.getByLabel("再次输入密码").fill("Lianluo-2026");
    await liaison.getByRole("button", { name: "加入并登录" }).click();
    await liaison.getByText(`您已是“${client}”的联络员`).waitFor();
    await liaison.getByRole("link", { name: "提交诉求" }).first().click();
    await liaison.getByText(`为“${client}”提交`).waitFor();

    const late = await stranger({ viewport: PHONE, javaScriptEnabled: false });
    assert.equal((await late.goto(link)).status(), 410, "the link works once");
});

test("three administrators bring a new clerk to work, and each does only their own part", async () => {
    const [name, login] = ["应急值班岗", "yingji.zhiban"];
    const system = await city.person("xitong");
    await system.goto("/accounts/new?kind=post");
    await system.getByLabel("姓名或岗位名称").fill(name);
    await system.getByLabel("所属区域").selectOption({ index: 1 });
    await system.getByLabel("登录账号").fill(login);
    await system.getByRole("button", { name: "开通账号" }).click();
    const first = (await system.locator(".wqt-secret").textContent()).trim();
    await looksRight(system, "desk-first-password");

    const handler = await city.person("chengban");
    await handler.goto("/demands?waiting=unit");
    const bureau = (await handler.locator("td[data-label='现由谁办']").first().textContent()).trim();
    const work = (await handler.locator("td.wqt-matter a").first().textContent()).trim();

    const security = await city.person("anquan");
    await security.getByRole("link", { name }).first().click();
    assert.equal((await system.goto(new URL(security.url()).pathname)).status(), 404, "who opens accounts gives no roles");
    await security.getByLabel("授予角色").selectOption({ label: "承办人" });
    await security.getByRole("button", { name: "下一步" }).click();
    await security.locator("#field-unit").fill(bureau);
    await security.getByRole("button", { name: "授予", exact: true }).click();
    await security.getByText(`已授予${name}：承办人`).waitFor();
    await looksRight(security, "desk-granted");

    const clerk = await stranger();
    await signsIn(clerk, login, first);
    await clerk.getByText("请改成只有您自己知道的密码").waitFor();
    await clerk.goto("/demands");
    assert.equal(new URL(clerk.url()).pathname, "/account/password", "nothing is done under a password others know");
    await looksRight(clerk, "desk-first-sign-in");
    await clerk.getByLabel("原密码").fill(first);
    await clerk.getByLabel("新密码", { exact: true }).fill("Zhiban-2026-ok");
    await clerk.getByLabel("再次输入新密码").fill("Zhiban-2026-ok");
    await clerk.getByRole("button", { name: "修改密码" }).click();
    await clerk.waitForURL((url) => url.pathname === "/login");
    await signsIn(clerk, login, "Zhiban-2026-ok");
    await clerk.waitForURL((url) => url.pathname === "/");
    await clerk.goto("/demands?waiting=unit");
    await clerk.getByRole("link", { name: work }).waitFor();

    const audit = await city.person("shenji");
    for (const [who, act] of [["系统管理员", "开通账号"], ["安全管理员", "授予角色"], [name, "修改密码"]]) {
        await audit.goto(`/audit?person=${encodeURIComponent(who)}`);
        await audit.locator("#list tr").filter({ hasText: act }).first().waitFor();
    }
    await audit.getByRole("button", { name: "重新核验" }).click();
    await audit.getByText("核验完成：封存链完整").waitFor();
    await looksRight(audit, "desk-verified");
});

test("a desk brings in a list of enterprises, mends the line that was wrong, and finds them", async () => {
    const sheet = (second) =>
        ["统一社会信用代码,企业名称,区划代码,行业代码,企业规模", `${coded("MA9WQT01")},寿光晨光试验农机有限公司,370783001,3571,小型`, `${second},寿光晨光试验种业有限公司,370783001,0511,微型`].join("\r\n");
    const right = coded("MA9WQT02");
    const wrong = right.slice(0, 17) + (right.endsWith("0") ? "1" : "0");
    const desk = await city.person("fuwutai");
    await desk.goto("/console/imports/new/enterprises");
    await brings(desk, "企业.csv", sheet(wrong));
    await desk.getByText("第 2 行").waitFor();
    await looksRight(desk, "desk-import-wrong");
    const [saved] = await Promise.all([desk.waitForEvent("download"), desk.getByRole("link", { name: "下载错误清单" }).click()]);
    assert.match(saved.suggestedFilename(), /\.xlsx$/);

    await desk.getByRole("link", { name: "上传改好的文件" }).click();
    await brings(desk, "企业-改.csv", sheet(right));
    await desk.getByText("核对通过，还没有写入").waitFor();
    await looksRight(desk, "desk-import-ready");
    await desk.getByRole("button", { name: "确认写入" }).click();
    await desk.getByRole("link", { name: "再导入一个文件" }).waitFor();
    await desk.goto(`/enterprises?q=${encodeURIComponent("晨光试验")}`);
    await desk.getByRole("link", { name: "寿光晨光试验种业有限公司" }).waitFor();
    await desk.getByRole("link", { name: "寿光晨光试验农机有限公司" }).waitFor();
});

async function brings(page, name, text) {
    await page.getByLabel("文件", { exact: true }).setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    await page.getByRole("button", { name: "上传并核对" }).click();
}

/** The unified social credit code of a made-up enterprise: eight characters of its own, with the check characters of GB 11714 and GB 32100. */
function coded(own) {
    const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const weighed = (text, all, weights) => [...text].reduce((sum, sign, place) => sum + all.indexOf(sign) * weights(place), 0);
    const inner = (11 - (weighed(own, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (place) => [3, 7, 9, 10, 5, 8, 4, 2][place]) % 11)) % 11;
    const body = `91370783${own}${inner === 10 ? "X" : inner}`;
    return body + signs[(31 - (weighed(body, signs, (place) => 3 ** place % 31) % 31)) % 31];
}
