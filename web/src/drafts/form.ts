// A form with data-draft loses nothing: what is typed is kept on the telephone as it is typed, found again after a reload or a
// crash, and sent when there is a line. Where nothing can be kept, it is a form like any other.

import { rest } from "../forms";
import { able } from "../installed";
import { type Content, type Draft, draft, drafts, drop, fileOf, freshId, save, saveFiles } from "./draft";
import { keyOf } from "./seal";

/** So long after the last key, what was typed is kept, in milliseconds. */
const PAUSE = 400;
/** A form does not wait longer for the telephone to keep it, in milliseconds. */
const PATIENCE = 3_000;
/** Fields of the form's own machinery. */
const MACHINERY = ["once", "kept"];

export function keepWhatIsTyped(): void {
    const whose = document.body.dataset.whose;
    const form = document.querySelector<HTMLFormElement>("form[data-draft]");
    if (!form || !whose || !able()) return;
    bringUpToDate(form);
    void new Kept(form, whose).begin();
}

/** A page that was kept shows the day on which it was kept, and not whom it is opened for. */
function bringUpToDate(form: HTMLFormElement): void {
    const day = form.querySelector<HTMLInputElement>("input[data-today]");
    const now = new Date();
    const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    if (day && day.value === day.defaultValue && day.value < today) day.value = today;
    for (const [name, value] of new URLSearchParams(location.search)) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLSelectElement && [...field.options].some((option) => option.value === value)) field.value = value;
    }
}

class Kept {
    private id = "";
    private key: CryptoKey | undefined;
    private touched = false;
    private timer = 0;
    private filesChanged = false;
    /** What is kept goes in order: a file must not overtake the text it belongs to. */
    private queue: Promise<void> = Promise.resolve();

    constructor(
        private readonly form: HTMLFormElement,
        private readonly whose: string,
    ) {}

    async begin(): Promise<void> {
        this.form.addEventListener("input", () => this.later());
        this.form.addEventListener("change", (event) => {
            const field = event.target as HTMLInputElement;
            if (field.type === "file") this.filesChanged = true;
            this.later();
        });
        window.addEventListener("pagehide", () => this.now("typing"));
        this.form.addEventListener("submit", (event) => this.submit(event));
        this.key = await keyOf(this.whose);
        if (this.key) await this.restore(this.key);
    }

    /** What was begun here before: named in the address, refused by the server just now, or left behind on this very page. */
    private async restore(key: CryptoKey): Promise<void> {
        const returned = this.form.querySelector<HTMLInputElement>("input[name=once]")?.value;
        if (returned) {
            this.id = returned;
            this.now("typing");
            return;
        }
        const named = new URLSearchParams(location.search).get("draft");
        const here = (one: Draft): boolean =>
            one.state === "typing" && one.content.page === this.form.dataset.draft && one.content.search === location.search;
        const found = named ? await draft(named, this.whose, key) : (await drafts(this.whose, key)).find(here);
        // Whoever has begun to type meanwhile is not disturbed.
        if (!found || (this.touched && this.form.contains(document.activeElement))) return;
        this.id = found.id;
        await fill(this.form, found, key);
        this.tell(found);
    }

    private tell({ id, state, content }: Draft): void {
        const told = document.createElement("div");
        told.className = `wqt-flash ${state === "refused" ? "wqt-flash-error" : "wqt-flash-info"}`;
        told.setAttribute("role", "status");
        const words = document.createElement("span");
        words.textContent = state === "refused" ? content.told : "已恢复上次没有送出的内容。";
        const clear = document.createElement("button");
        clear.type = "button";
        clear.className = "btn btn-sm";
        clear.textContent = "清空重填";
        clear.addEventListener("click", () => void drop(id).then(() => location.replace(content.page + content.search)));
        told.append(words, clear);
        this.form.querySelector(".card-body")?.prepend(told);
    }

    private later(): void {
        this.touched = true;
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.now("typing"), PAUSE);
    }

    /** Keeps what stands in the form now. */
    private now(state: "typing" | "waiting"): Promise<void> {
        clearTimeout(this.timer);
        const sending = this.form.dataset.sending !== undefined;
        if (state === "typing" && (sending || (!this.id && !this.touched))) return this.queue;
        this.id ||= freshId();
        const fields = entries(this.form);
        const chosen = fields.filter((entry): entry is [string, File] => typeof entry[1] !== "string");
        const content: Content = {
            action: new URL(this.form.action).pathname,
            page: this.form.dataset.draft ?? "",
            search: withoutDraft(location.search),
            heading: document.querySelector("h1")?.textContent?.trim() ?? "",
            summary: summary(this.form),
            fields: fields.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
            files: chosen.map(([, file]) => ({ field: fieldOf(this.form, file), name: file.name, type: file.type })),
            told: "",
        };
        const at = Date.now();
        const kept: Draft = { id: this.id, whose: this.whose, state, at, tried: state === "waiting" && navigator.onLine ? at : 0, content };
        this.queue = this.queue.then(() => this.write(kept, chosen.map(([, file]) => file))).catch(() => undefined);
        return this.queue;
    }

    private async write(kept: Draft, files: File[]): Promise<void> {
        this.key ??= await keyOf(this.whose);
        if (!this.key) return;
        const before = await draft(kept.id, this.whose, this.key);
        // Files that did not change stay as they are: the server may have some of them already.
        if (this.filesChanged || (!before && files.length > 0)) await saveFiles(kept.id, files, this.key);
        else kept.content.files = before?.content.files ?? kept.content.files;
        this.filesChanged = false;
        await save(kept, this.key);
    }

    private submit(event: Event): void {
        if (event.defaultPrevented) return;
        event.preventDefault();
        if (this.form.dataset.sending) return;
        const kept = this.now("waiting");
        this.form.dataset.sending = "yes";
        const enough = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
        void Promise.race([kept, enough]).then(() => this.send());
    }

    private send(): void {
        if (!navigator.onLine && this.key) {
            location.assign("/drafts");
            return;
        }
        let once = this.form.querySelector<HTMLInputElement>("input[name=once]");
        if (!once) {
            once = document.createElement("input");
            once.type = "hidden";
            once.name = "once";
            this.form.append(once);
        }
        once.value = this.id;
        HTMLFormElement.prototype.submit.call(this.form);
        rest(this.form, true);
        setTimeout(() => rest(this.form, false), 20_000);
    }
}

/** What the form would send, without its machinery and without empty files. */
function entries(form: HTMLFormElement): [string, string | File][] {
    const all = [...new FormData(form)].filter(([name]) => !MACHINERY.includes(name));
    return all.filter(([, value]) => typeof value === "string" || value.name !== "");
}

function fieldOf(form: HTMLFormElement, file: File): string {
    const inputs = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
    const holds = (input: HTMLInputElement): boolean => [...(input.files ?? [])].some((one) => one.name === file.name && one.size === file.size);
    return inputs.find(holds)?.id ?? inputs[0]?.id ?? "";
}

/** By what its writer knows a draft again. */
function summary(form: HTMLFormElement): string {
    const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input[name=title], textarea");
    const text = [...fields].map((field) => field.value.trim()).find(Boolean) ?? "";
    return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function withoutDraft(search: string): string {
    const query = new URLSearchParams(search);
    query.delete("draft");
    const rest = query.toString();
    return rest && `?${rest}`;
}

/** Puts a draft back into the form. */
async function fill(form: HTMLFormElement, found: Draft, key: CryptoKey): Promise<void> {
    const left = new Map<string, string[]>();
    for (const [name, value] of found.content.fields) left.set(name, [...(left.get(name) ?? []), value]);
    for (const field of form.elements) {
        if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)) continue;
        if (!field.name || MACHINERY.includes(field.name) || field.type === "file") continue;
        const values = left.get(field.name) ?? [];
        if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else field.value = values.shift() ?? field.value;
    }
    form.querySelectorAll<HTMLTextAreaElement>("details textarea").forEach((field) => {
        if (field.value) field.closest("details")?.setAttribute("open", "");
    });
    for (const [place, about] of found.content.files.entries()) {
        const file = await fileOf(found, place, key);
        const input = document.getElementById(about.field);
        if (!file || !(input instanceof HTMLInputElement)) continue;
        const chosen = new DataTransfer();
        for (const one of [...(input.files ?? []), file]) chosen.items.add(one);
        input.files = chosen.files;
    }
}
