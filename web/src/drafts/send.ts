// Sending what waits, from a page or from the worker: one after the other, by one tab at a time. Before a draft is sent again the
// server is asked whether it has it; and if both cross, the server still takes it once.

import { type Draft, draft, drop, fileOf, labels, renew, save } from "./draft";
import { headersFor, keyOf } from "./seal";

/** So long a form that a page is sending itself is left alone, in milliseconds. */
const UNDER_WAY = 60_000;
/** So long the server keeps a file that nothing names, with an hour to spare, in milliseconds. */
const FILES_KEPT = 23 * 3_600_000;
/** How long one request may take before the line counts as broken, in milliseconds. */
const PATIENCE = 90_000;

/** What came of it. */
export interface Sent {
    delivered: { heading: string; href: string }[];
    /** Whether the account must sign in again first. */
    login: boolean;
}

/** The line is broken, or the server is: later. */
class Later extends Error {}
/** The account must sign in again. */
class SignIn extends Error {}

interface Problem {
    detail?: string;
    errors?: { field: string; detail: string }[];
}

/** Sends all that waits of an account. `now` is in milliseconds. */
export async function sendAll(whose: string, now: number): Promise<Sent> {
    const sent: Sent = { delivered: [], login: false };
    if (!(await labels(whose)).some((label) => label.state === "waiting")) return sent;
    await alone(async () => {
        const key = await keyOf(whose);
        if (!key) return;
        try {
            for (const { id, state } of await labels(whose)) {
                const waiting = state === "waiting" ? await draft(id, whose, key) : undefined;
                const href = waiting && (await deliver(waiting, key, now));
                if (waiting && href) {
                    await drop(id);
                    sent.delivered.push({ heading: waiting.content.heading, href });
                }
            }
        } catch (error) {
            if (error instanceof SignIn) sent.login = true;
            else if (!(error instanceof Later)) throw error;
        }
    });
    return sent;
}

/** One tab at a time, where the browser can see to that; the next finds what is left. */
async function alone(work: () => Promise<void>): Promise<void> {
    await ("locks" in navigator ? navigator.locks.request("wqt-drafts", work) : work());
}

/** Where the server has it now; nothing when it was refused, or is under way already. */
async function deliver(waiting: Draft, key: CryptoKey, now: number): Promise<string | undefined> {
    const before = await asked(waiting, `/drafts/sent/${waiting.id}`, {});
    const { href } = (await before.json()) as { href: string | null };
    if (href) return href;
    if (now - waiting.tried < UNDER_WAY) return undefined;
    const kept: string[] = [];
    for (const [place, enclosed] of waiting.content.files.entries()) {
        if (!enclosed.kept || now - enclosed.kept.at > FILES_KEPT) {
            const file = await fileOf(waiting, place, key);
            if (!file) continue;
            const answer = await asked(waiting, `/api/v1/files?name=${encodeURIComponent(enclosed.name)}`, { method: "POST", body: file });
            if (!answer.ok) return refused(waiting, answer, key);
            enclosed.kept = { id: ((await answer.json()) as { id: string }).id, at: now };
            // The next attempt need not send it again.
            await save(waiting, key);
        }
        kept.push(enclosed.kept.id);
    }
    const body = new URLSearchParams([...waiting.content.fields, ...kept.map((id): [string, string] => ["kept", id])]);
    const answer = await asked(waiting, waiting.content.action, { method: "POST", body, headers: { "idempotency-key": waiting.id } });
    if (!answer.ok) return refused(waiting, answer, key);
    return ((await answer.json()) as { href: string }).href;
}

/** A request for a draft. */
async function asked({ whose }: Draft, path: string, how: RequestInit): Promise<Response> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
        const headers = { ...headersFor(whose), ...(how.headers as Record<string, string> | undefined) };
        const answer = await fetch(path, { ...how, headers, redirect: "error", signal: stop.signal });
        if (answer.status === 401) throw new SignIn();
        if (answer.status === 429 || answer.status >= 500) throw new Later();
        return answer;
    } catch (error) {
        throw error instanceof SignIn ? error : new Later();
    } finally {
        clearTimeout(timer);
    }
}

/** Keeps what the server says of a draft that it does not take, to be mended. */
async function refused(waiting: Draft, answer: Response, key: CryptoKey): Promise<undefined> {
    const problem = (await answer.json().catch(() => ({}))) as Problem;
    const errors = (problem.errors ?? []).filter((error) => error.field !== "Idempotency-Key");
    const reused = errors.length < (problem.errors ?? []).length;
    waiting.state = "refused";
    waiting.content.told = reused
        ? "先前的一份已经送达，后来改动的内容没有送出。请先看看送达的那份；确需补充，修改后会作为新的一份送出。"
        : errors.map((error) => error.detail).join("") || problem.detail || "没有被接受，请打开修改后再送。";
    if (reused) await renew(waiting, key);
    else await save(waiting, key);
    return undefined;
}
