// A demand that several people of several units have in hand: one objects, one helps, a head approves, and another than those
// asks the enterprise how it went. And the words that a clerk need not write anew each time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { City, PHONE, looksRight } from "./city.mjs";

const HELPER = "寿光市工业和信息化局";
const LOGIN = "gongxin.xieban";
const PASSWORD = "Xieban-2026-ok";

let city;
let bureau;
before(async () => {
    city = await City.open({ WQT_SITE__APPROVAL: "true" });
    const handler = await city.person("chengban");
    await handler.goto("/demands?waiting=unit");
    bureau = (await handler.locator("td[data-label='现由谁办']").first().textContent()).trim();
    await hired("协办岗", LOGIN, HELPER);
});
after(() => city.close());

/** The administrators open an account for a clerk of the unit, who chooses a password. */
async function hired(name, login, unit) {
    const system = await city.person("xitong");
    await system.goto("/accounts/new?kind=post");
    await system.getByLabel("姓名或岗位名称").fill(name);
    await system.getByLabel("所属区域").selectOption({ index: 1 });
    await system.getByLabel("登录账号").fill(login);
    await system.getByRole("button", { name: "开通账号" }).click();
    const first = (await system.locator(".wqt-secret").textContent()).trim();
    const security = await city.person("anquan");
    await security.getByRole("link", { name }).first().click();
    await security.getByLabel("授予角色").selectOption({ label: "承办人" });
    await security.getByRole("button", { name: "下一步" }).click();
    await security.locator("#field-unit").fill(unit);
    await security.getByRole("button", { name: "授予", exact: true }).click();
    await security.getByText(`已授予${name}：承办人`).waitFor();
    const clerk = await city.person(login, undefined, {}, first);
    await clerk.goto("/account/password");
    await clerk.getByLabel("原密码").fill(first);
    await clerk.getByLabel("新密码", { exact: true }).fill(PASSWORD);
    await clerk.getByLabel("再次输入新密码").fill(PASSWORD);
    await clerk.getByRole("button", { name: "修改密码" }).click();
    await clerk.waitForURL((url) => url.pathname === "/login");
}

/** Presses what does something that cannot be undone; with scripts it is asked once more. */
async function sure(page, name, script) {
    await page.getByRole("button", { name, exact: true }).click();
    if (script) await page.getByRole("dialog").getByRole("button", { name: "确定" }).click();
}

async function journey(script) {
    const plain = { javaScriptEnabled: script };
    const [liaison, desk, lead, helper, head] = await Promise.all([
        city.person("qiye", PHONE, plain),
        city.person("fuwutai", undefined, plain),
        city.person("chengban", undefined, plain),
        city.person(LOGIN, PHONE, plain, PASSWORD),
        city.person("fuze", undefined, plain),
    ]);
    const path = await raised(liaison, script ? "光伏并网验收排队两个月" : "厂区雨水排口标高对不上");

    await desk.goto(path);
    await desk.getByRole("button", { name: "受理", exact: true }).click();
    await desk.locator("#field-unit").fill(bureau);
    await desk.getByLabel("办理期限（工作日）").fill("5");
    await desk.getByText("请其他单位协办").click();
    await desk.locator("#field-helper1").fill(HELPER);
    await desk.locator("[name=helper1_days]").fill("3");
    await desk.getByRole("button", { name: "交办" }).click();
    await desk.getByText("已交办，诉求现在是").waitFor();
    await desk.getByText(HELPER).first().waitFor();

    await lead.goto(path);
    await lead.getByRole("link", { name: "派单异议" }).click();
    await lead.getByLabel("属于哪种情形").selectOption({ label: "应由其他单位主办" });
    await lead.getByLabel("依据和证据").fill("三定规定第七条：并网验收由能源主管部门主办。");
    await lead.getByLabel("附件（可不填）").setInputFiles({ name: "三定规定.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF") });
    await sure(lead, "派单异议", script);
    await lead.getByText("已派单异议，诉求现在是").waitFor();

    await desk.goto(path);
    await desk.getByText("并网验收由能源主管部门主办").waitFor();
    await desk.getByRole("link", { name: "三定规定.pdf" }).waitFor();
    await desk.getByLabel("不支持，仍由该单位办理").check();
    await desk.locator("#field-text").fill("机构改革后该项职责已划入该局。");
    if (script) await looksRight(desk, "desk-ruling");
    await sure(desk, "裁定异议", script);
    await desk.getByText("已裁定异议，诉求现在是").waitFor();

    await helper.goto(path);
    await helper.getByRole("button", { name: "签收" }).click();
    await helper.getByLabel("协办意见").fill("已向企业讲清验收材料清单，材料已齐。");
    if (script) await looksRight(helper, "phone-helper");
    await helper.getByRole("button", { name: "协办答复" }).click();
    await helper.getByText("已协办答复，诉求现在是").waitFor();

    await lead.goto(path);
    await lead.getByRole("button", { name: "签收" }).click();
    await lead.getByText("材料已齐").waitFor();
    await lead.getByLabel("解决", { exact: true }).check();
    await lead.getByLabel("答复内容").fill("周五上门，一次办结。");
    await lead.getByRole("button", { name: "答复", exact: true }).click();
    await lead.getByText("诉求现在是“答复待审”").waitFor();
    await liaison.goto(path);
    assert.equal(await liaison.getByText("周五上门").count(), 0, "nobody has approved it yet");
    for (const within of ["并网验收由能源主管部门主办", "三定规定.pdf", "机构改革后"]) {
        assert.equal(await liaison.getByText(within).count(), 0, `${within} is between the units`);
    }

    await head.goto(path);
    await head.getByLabel("同意，答复企业").check();
    if (script) await looksRight(head, "head-approval");
    await head.getByRole("button", { name: "审批答复" }).click();
    await head.getByText("已审批答复，诉求现在是").waitFor();

    // Whoever handled it does not ask the enterprise how it went; the desk does, and writes down what is said of the way apart
    // from what is said of the result.
    for (const hand of [lead, head, helper]) {
        await hand.goto(path);
        await hand.getByText("周五上门").first().waitFor();
        assert.equal(await hand.getByText("对办理过程满意吗").count(), 0);
        assert.equal(await hand.getByRole("link", { name: "评价", exact: true }).count(), 0);
    }
    await desk.goto(path);
    await rates(desk, { result: "满意", way: "不满意", words: "电话回访：结果没问题，前面等得太久。" });
    await desk.getByRole("button", { name: "评价", exact: true }).click();
    await desk.getByText("诉求现在是“已办结”").waitFor();

    await liaison.goto(path);
    await liaison.getByText("前面等得太久").first().waitFor();
    await liaison.getByText("办理过程：不满意；办理结果").waitFor();
    await liaison.getByText("周五上门").first().waitFor();
    if (script) await looksRight(liaison, "phone-called-back");
    await liaison.getByRole("link", { name: "评价", exact: true }).click();
    await rates(liaison, { result: "满意", way: "基本满意", words: "确认，已经并网。" });
    await liaison.getByRole("button", { name: "评价", exact: true }).click();
    await liaison.getByText("已评价，诉求现在是“已办结”").waitFor();
    await liaison.getByText("确认，已经并网").first().waitFor();
}

async function rates(page, { result, way, words }) {
    await page.locator("#field-rating").getByLabel(result, { exact: true }).check();
    await page.locator("#field-process").getByLabel(way, { exact: true }).check();
    await page.getByLabel("想说的话（可不填）").fill(words);
}

/** Raises a demand of this title; gives its address. */
async function raised(liaison, title) {
    await liaison.goto("/demands/new");
    await liaison.getByLabel("问题类别").selectOption({ index: 2 });
    await liaison.getByLabel("标题").fill(title);
    await liaison.getByLabel("具体情况").fill("多次联系没有结果，请协调明确由谁办理。");
    await liaison.getByRole("button", { name: "提交诉求" }).click();
    const another = liaison.getByLabel("不是同一件事，仍要提交");
    await liaison.getByText("诉求已提交，编号").or(another).first().waitFor();
    if (await another.count()) {
        await another.check();
        await liaison.getByRole("button", { name: "提交诉求" }).click();
        await liaison.getByText("诉求已提交，编号").waitFor();
    }
    return new URL(liaison.url()).pathname;
}

test("a demand among units is objected to, helped with, approved, asked after and confirmed", () => journey(true));
test("and so it is where scripts are off", () => journey(false));

test("a clerk keeps the words they often write, and puts them into an answer", async () => {
    const clerk = await city.person("chengban");
    await clerk.goto("/phrases/new");
    await clerk.getByLabel("我自己用").check();
    await clerk.getByLabel("用于").selectOption({ label: "答复" });
    await clerk.getByLabel("名称").fill("已现场办结");
    await clerk.getByLabel("内容", { exact: true }).fill("{企业}：您好，{编号} 已于{日期}现场办结，有事请找{单位}。");
    await clerk.getByRole("button", { name: "保存" }).click();
    await clerk.locator("tr").filter({ hasText: "已现场办结" }).waitFor();

    const liaison = await city.person("qiye");
    const path = await raised(liaison, "招牌审批材料要跑几趟");
    const desk = await city.person("fuwutai");
    await desk.goto(path);
    await desk.getByRole("button", { name: "受理", exact: true }).click();
    await desk.locator("#field-unit").fill(bureau);
    await desk.getByLabel("办理期限（工作日）").fill("5");
    await desk.getByRole("button", { name: "交办" }).click();
    await desk.getByText("已交办，诉求现在是").waitFor();

    await clerk.goto(path);
    await clerk.getByRole("button", { name: "签收" }).click();
    const words = clerk.locator(".wqt-phrases").filter({ hasText: "常用语" });
    await words.locator("summary").click();
    await looksRight(clerk, "unit-phrases");
    await words.getByRole("button", { name: "已现场办结" }).click();
    const answer = clerk.getByLabel("答复内容");
    const filled = await answer.inputValue();
    assert.match(filled, new RegExp(`^.+：您好，\\d{6}-\\d{8}-\\d{3} 已于.+现场办结，有事请找${bureau}。$`));
    await answer.fill(`${filled}办事大厅已改为一次收齐。`);
    await clerk.getByLabel("解决", { exact: true }).check();
    await clerk.getByRole("button", { name: "答复", exact: true }).click();
    await clerk.getByText("诉求现在是“答复待审”").waitFor();
    await clerk.getByText("办事大厅已改为一次收齐").first().waitFor();

    const plain = await city.person("chengban", PHONE, { javaScriptEnabled: false });
    await plain.goto("/phrases");
    await plain.getByText("有事请找{单位}").waitFor();
});
