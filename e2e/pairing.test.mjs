// A round of pairings from the draft to the public list, as the coordination group works, and what an enterprise and a
// passer-by see of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

let city;
before(async () => {
    city = await City.open();
});
after(() => city.close());

/** Today, where the city is. */
const today = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);

test("the coordination group plans a round, adjusts a pair by hand and publishes it; everybody may read the list", async () => {
    const group = await city.person("zonghe");
    await group.getByRole("link", { name: "包靠批次" }).click();
    await group.locator("main").getByRole("link", { name: /新建|建立|安排/ }).first().click();
    await group.getByLabel("批次名称").fill("本月联系包靠");
    await group.getByLabel("从哪一天起").fill(today);
    await looksRight(group, "round-new");
    await group.getByRole("button", { name: "建立草稿" }).click();
    await group.getByRole("button", { name: "开始规划" }).click();
    await group.getByText("已证明为最优").waitFor();
    await looksRight(group, "round-overview");
    const round = group.url();

    await group.goto(`${round}/places?change=changed`);
    await looksRight(group, "round-places");
    await group.locator("main tbody a").first().click();
    const client = (await group.locator("h1").textContent()).trim();
    await group.getByText("为什么这样安排").waitFor();
    await looksRight(group, "round-place");

    await group.getByRole("link", { name: "改由他人联系" }).click();
    await looksRight(group, "round-adjust");
    const candidate = group.locator("tbody tr").filter({ has: group.getByRole("button", { name: "选定" }) }).first();
    const chosen = (await candidate.locator("td").first().textContent()).trim();
    const choosing = group.url();
    await candidate.getByRole("button", { name: "选定" }).click();
    await group.waitForURL((url) => url.href !== choosing);
    await group.getByText(chosen).first().waitFor();

    await group.goto(round);
    await group.getByRole("link", { name: "公布", exact: true }).click();
    await looksRight(group, "round-publish");
    await group.getByRole("button", { name: "确定公布" }).click();
    await group.waitForURL((url) => url.href === round);
    await group.getByText("已公布").first().waitFor();

    await group.goto("/pairings");
    await group.locator("tr").filter({ hasText: client }).filter({ hasText: chosen }).waitFor();

    const context = await city.browser.newContext({ baseURL: city.url, viewport: PHONE, locale: "zh-CN", javaScriptEnabled: false });
    const passer = await context.newPage();
    await passer.goto(`/public/pairing-rounds/${round.split("/").pop()}`);
    await passer.getByText(client).first().waitFor();
    assert.ok(!/1[3-9]\d{9}/.test(await passer.content()), "no telephone number is public");
});

test("a rule is read by a desk with what it means, and changed by the group after a look at what it does", async () => {
    const desk = await city.person("fuwutai", PHONE);
    await desk.goto("/pairing-rules");
    await desk.getByText("换掉现在的服务专员计的分", { exact: false }).waitFor();
    assert.equal(await desk.getByRole("link", { name: "调整规则" }).count(), 0);
    await looksRight(desk, "phone-rules");

    const group = await city.person("zonghe");
    await group.goto("/pairing-rules/edit");
    await group.getByLabel("换人").fill("90");
    await looksRight(group, "rules-edit");
    await group.getByRole("button", { name: "核对修改" }).click();
    await group.getByText("请核对：启用后有这些变化").waitFor();
    await group.getByLabel("为什么调整").fill("少换人，让企业和专员熟悉起来。");
    await group.getByRole("button", { name: "启用新版本" }).click();
    await group.getByRole("button", { name: "确定", exact: true }).click();
    await group.getByText("第 2 版包靠规则已启用").waitFor();
});
