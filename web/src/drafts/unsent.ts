// "还没送出": what waits on this telephone is sent as soon as there is a line; until then every page says how much waits, and one
// page lists it.

import { able } from "../installed";
import { type Draft, draft, drafts, drop, labels, save } from "./draft";
import { keyOf } from "./seal";
import { sendAll } from "./send";

/** How often what waits is tried again while a page is open, in milliseconds. */
const RHYTHM = 30_000;

interface SyncRegistration extends ServiceWorkerRegistration {
    sync?: { register(tag: string): Promise<void> };
}

export function sendWhatWaits(): void {
    const whose = document.body.dataset.whose;
    // Where nothing can be kept, nothing waits.
    if (!able()) document.querySelector("[data-drafts-empty]")?.removeAttribute("hidden");
    if (!whose || !able()) return;
    // One after the other: what is asked for meanwhile is not forgotten.
    let last: Promise<void> = Promise.resolve();
    const tend = (): Promise<void> => (last = last.then(() => tendTo(whose)).catch(() => undefined));
    void tend();
    window.addEventListener("online", () => void tend());
    document.addEventListener("visibilitychange", () => !document.hidden && void tend());
    setInterval(() => !document.hidden && void tend(), RHYTHM);
    document.addEventListener("click", (event) => {
        const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-draft-act]");
        if (button) void act(button, whose).then(tend);
    });
}

async function tendTo(whose: string): Promise<void> {
    const waiting = (await labels(whose)).filter((label) => label.state === "waiting");
    if (waiting.length > 0) await askForLater();
    await showList(whose);
    const { delivered, login } = await sendAll(whose, Date.now());
    const left = await labels(whose);
    const unsent = left.filter((label) => label.state !== "typing" && (label.state === "refused" || !underWay(label.tried)));
    if (delivered.length > 0 || waiting.length > 0) await showList(whose);
    show(delivered, unsent.length, login);
}

/** A form that this page's forerunner is sending itself: nobody is told that it waits. */
const underWay = (tried: number): boolean => Date.now() - tried < 10_000;

/** Lets the worker send it, too, when there is a line and no page open. */
async function askForLater(): Promise<void> {
    const registration = (await navigator.serviceWorker?.getRegistration()) as SyncRegistration | undefined;
    await registration?.sync?.register("drafts").catch(() => undefined);
}

function show(delivered: { heading: string; href: string }[], unsent: number, login: boolean): void {
    document.querySelectorAll("[data-unsent]").forEach((old) => old.remove());
    const place = document.querySelector("[data-notices]");
    if (!place) return;
    for (const { heading, href } of delivered) {
        // The page that stands here is what came of it.
        if (href !== location.pathname) place.append(notice("success", `已送出：${heading}`, href, "查看"));
    }
    const listed = document.querySelector("[data-drafts]") !== null;
    if (login) place.append(unsentNotice("登录已过期，还有内容没有送出，请重新登录后自动送出。", `/login?next=${encodeURIComponent(location.pathname)}`, "登录"));
    else if (unsent > 0 && !listed) place.append(unsentNotice(`还有 ${unsent} 份内容没有送出，已存在这部手机上。`, "/drafts", "看一看"));
}

function unsentNotice(text: string, href: string, label: string): HTMLElement {
    const made = notice("warning", text, href, label);
    made.dataset.unsent = "";
    return made;
}

function notice(tone: string, text: string, href: string, label: string): HTMLElement {
    const made = document.createElement("div");
    made.className = `wqt-flash wqt-flash-${tone}`;
    made.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = text;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = label;
    made.append(words, link);
    return made;
}

/** The list, where there is one. */
async function showList(whose: string): Promise<void> {
    const place = document.querySelector<HTMLElement>("[data-drafts]");
    const key = place && (await keyOf(whose));
    if (!place || !key) return;
    const all = await drafts(whose, key);
    const template = document.querySelector<HTMLTemplateElement>("template[data-draft-line]");
    const empty = document.querySelector<HTMLElement>("[data-drafts-empty]");
    if (empty) empty.hidden = all.length > 0;
    place.replaceChildren(...all.map((one) => line(one, template)));
}

function line({ id, state, at, content }: Draft, template: HTMLTemplateElement | null): Node {
    const made = template?.content.cloneNode(true) as DocumentFragment;
    const put = (name: string, text: string): void => {
        const place = made.querySelector<HTMLElement>(`[data-put="${name}"]`);
        if (place) place.textContent = text;
    };
    put("heading", content.heading);
    put("summary", content.summary || "（还没有填写内容）");
    put("files", content.files.length > 0 ? `附件 ${content.files.length} 个` : "");
    put("at", new Date(at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }));
    put("told", content.told || (state === "typing" ? "没有填完" : "等有网络时自动送出"));
    const edit = made.querySelector<HTMLAnchorElement>("[data-put-href]");
    if (edit) edit.href = `${content.page}${content.search ? `${content.search}&` : "?"}draft=${id}`;
    made.querySelectorAll<HTMLButtonElement>("[data-draft-act]").forEach((button) => {
        button.dataset.draft = id;
        // What is not finished, or was refused, is opened and mended first.
        if (button.dataset.draftAct === "send") button.hidden = state !== "waiting";
    });
    return made;
}

async function act(button: HTMLButtonElement, whose: string): Promise<void> {
    const id = button.dataset.draft ?? "";
    if (button.dataset.draftAct === "drop") {
        if (window.confirm("删除后不能恢复。确定删除吗？")) await drop(id);
        return;
    }
    const key = await keyOf(whose);
    const waiting = key && (await draft(id, whose, key));
    if (key && waiting) await save({ ...waiting, tried: 0 }, key);
}
