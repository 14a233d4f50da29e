// In touch without getting in the way: a commissioner and a liaison on their telephones, from a visit that is proposed to a
// demand that comes of a call, and the days of a quarter beyond which nobody comes without being asked in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

let city;
before(async () => {
    city = await City.open();
});
after(() => city.close());

/** The day so many months from now, on this day of the month; away from the end of the month, when enterprises close their accounts. */
function dayOf(months, day) {
    const then = new Date();
    then.setUTCDate(1);
    then.setUTCMonth(then.getUTCMonth() + months);
    return `${then.toISOString().slice(0, 8)}${String(day).padStart(2, "0")}`;
}

/** Today, as people in Weifang count. */
function today() {
    return new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);
}

/** The liaison's enterprise, and where its commissioner finds it. */
async function enterpriseOf(liaison, commissioner) {
    await liaison.goto("/demands/new");
    const named = await liaison.getByText("提交", { exact: false }).filter({ hasText: "为“" }).first().textContent();
    const client = named.match(/为“(.+)”提交/)[1];
    await commissioner.goto("/");
    await commissioner.getByRole("link", { name: "我服务的企业" }).click();
    await commissioner.getByRole("link", { name: client }).first().click();
    return { client, path: new URL(commissioner.url()).pathname };
}

test("a visit that does not suit becomes a call, counts by one tap, and a demand comes of it", async () => {
    const liaison = await city.person("qiye", PHONE);
    const commissioner = await city.person("zhuanyuan", PHONE);
    const { client, path } = await enterpriseOf(liaison, commissioner);

    await commissioner.goto(`/contacts/new?client=${path.split("/").pop()}`);
    await commissioner.getByLabel("现场办公").check();
    await commissioner.getByLabel("哪一天").fill(dayOf(2, 8));
    await commissioner.getByLabel("来意").fill("了解冬季用气是否够用");
    await looksRight(commissioner, "phone-plan-visit");
    await commissioner.getByRole("button", { name: "发给企业" }).click();
    await commissioner.getByText("了解冬季用气是否够用").first().waitFor();

    await liaison.goto("/contacts");
    await liaison.locator("tr").filter({ hasText: "了解冬季用气是否够用" }).getByRole("link").click();
    await liaison.getByText("这个时间方便吗").waitFor();
    await looksRight(liaison, "phone-answer-visit");
    const contact = new URL(liaison.url()).pathname;
    await liaison.getByRole("link", { name: "请改打电话" }).click();
    assert.ok(await liaison.getByLabel("电话").isChecked(), "a call is chosen already");
    await liaison.getByLabel("哪一天").fill(today());
    await liaison.getByRole("button", { name: "发给对方" }).click();

    await commissioner.goto(contact);
    await commissioner.getByText("企业在等您答复").waitFor();
    await commissioner.getByRole("button", { name: "同意" }).click();
    await commissioner.getByRole("link", { name: "记录这次联系" }).click();
    await commissioner.getByLabel("谈了什么").fill("气量够用，厂区东路灯坏了。");
    await looksRight(commissioner, "phone-record-contact");
    await commissioner.getByRole("button", { name: "保存记录" }).click();

    await liaison.goto(contact);
    await liaison.getByRole("button", { name: "确认有这次联系" }).click();
    await liaison.getByText("企业确认").waitFor();

    const title = "厂区东路灯坏了三盏";
    await commissioner.goto(contact);
    await commissioner.getByRole("link", { name: "从这次联系提出诉求" }).click();
    await commissioner.getByLabel("问题类别").selectOption({ index: 3 });
    await commissioner.getByLabel("一句话说明").fill(title);
    await commissioner.getByLabel("具体情况").fill("夜班职工下班路黑，希望尽快修好。");
    await looksRight(commissioner, "phone-demand-of-contact");
    await commissioner.getByRole("button", { name: "提交诉求" }).click();
    await commissioner.getByRole("link", { name: title }).first().waitFor();
    for (const person of [commissioner, liaison]) {
        await person.goto(contact);
        await person.getByRole("link", { name: title }).click();
        await person.getByText(client).first().waitFor();
        await person.getByRole("heading", { name: title }).waitFor();
    }
});

test("beyond its days of a quarter nobody comes to an enterprise that was not asked first", async () => {
    const liaison = await city.person("qiye", PHONE);
    const commissioner = await city.person("zhuanyuan", PHONE);
    const { path } = await enterpriseOf(liaison, commissioner);
    const plans = async (day) => {
        await commissioner.goto(`/contacts/new?client=${path.split("/").pop()}`);
        await commissioner.getByLabel("现场办公").check();
        await commissioner.getByLabel("哪一天").fill(dayOf(4, day));
        await commissioner.getByLabel("来意").fill(`第 ${day} 日上门`);
        await commissioner.getByRole("button", { name: "发给企业" }).click();
        await commissioner.getByText(`第 ${day} 日上门`).first().waitFor();
    };
    for (const day of [8, 9, 10]) await plans(day);
    await commissioner.goto(`/contacts/new?client=${path.split("/").pop()}`);
    await commissioner.getByLabel("现场办公").check();
    await commissioner.getByLabel("哪一天").fill(dayOf(4, 11));
    await commissioner.getByLabel("来意").fill("再上门一次");
    await commissioner.getByRole("button", { name: "发给企业" }).click();
    const ask = commissioner.getByLabel("确有必要，先征得企业同意");
    await ask.waitFor();
    assert.equal(await commissioner.getByLabel("来意").inputValue(), "再上门一次", "what was typed is still there");
    await looksRight(commissioner, "phone-visit-over-budget");
    await liaison.goto("/contacts");
    assert.equal(await liaison.getByText("再上门一次").count(), 0, "nothing was sent");

    await ask.check();
    await commissioner.getByRole("button", { name: "发给企业" }).click();
    await commissioner.getByText("再上门一次").first().waitFor();
    await liaison.goto("/contacts");
    await liaison.locator("tr").filter({ hasText: "再上门一次" }).getByRole("link").click();
    await liaison.getByText("要先征得您的同意").waitFor();
    await liaison.getByRole("link", { name: "这次不方便，谢绝" }).click();
    await liaison.getByText("谢绝不需要理由").waitFor();
    await liaison.getByRole("button", { name: "谢绝" }).click();
    await liaison.getByText("谢绝").first().waitFor();
});
