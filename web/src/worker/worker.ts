// The worker behind the pages: it keeps script, style and icons, and for whoever is signed in the few forms that work without a
// line. No other page is kept. What is somebody's goes when they sign out, or when somebody else signs in.

import { forgetKeys, whoseKey } from "../drafts/seal";
import { sendAll } from "../drafts/send";

/** Where script, style and icons are; the build says so. */
declare const ASSETS: string[];
declare const self: ServiceWorkerGlobalScope;

interface SyncEvent extends ExtendableEvent {
    tag: string;
}
/** What a page tells: who is signed in and which pages to keep for them; or that nobody is. */
interface Told {
    whose?: string;
    keep?: string[];
}

const SHELL = `shell ${ASSETS.join(" ")}`;
const MINE = "mine ";
const OFFLINE = "/offline";
/** A page is kept anew when it is older, in milliseconds. */
const FRESH = 6 * 3_600_000;
/** A form that is kept is shown when the line takes longer, in milliseconds. */
const PATIENCE = 5_000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(tidyUp()));
self.addEventListener("message", (event) => event.waitUntil(told(event.data as Told)));
self.addEventListener("sync" as "message", (event) => event.waitUntil(sendWaiting(event as unknown as SyncEvent)));
self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (origin !== self.location.origin) return;
    if (request.method === "POST" && pathname === "/logout") event.waitUntil(forget());
    if (request.method === "GET" && pathname.startsWith("/assets/")) event.respondWith(asset(request));
    else if (request.mode === "navigate") event.respondWith(page(request, pathname));
});

async function install(): Promise<void> {
    const shell = await caches.open(SHELL);
    await shell.addAll(ASSETS);
    // As a stranger sees it: nobody's name is on it.
    await shell.put(OFFLINE, await fetch(OFFLINE, { credentials: "omit" }));
    await self.skipWaiting();
}

/** What belongs to an older worker goes; pages, too, since they name older assets. */
async function tidyUp(): Promise<void> {
    for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
    await self.clients.claim();
}

async function asset(request: Request): Promise<Response> {
    return (await caches.match(request, { cacheName: SHELL, ignoreVary: true })) ?? fetch(request);
}

/** The page from the server; without a line the one that is kept, or a word that there is no line. */
async function page(request: Request, path: string): Promise<Response> {
    const kept = request.method === "GET" ? await keptPage(path) : undefined;
    const answer = fetch(request);
    answer.catch(() => undefined);
    const late = new Promise<undefined>((resolve) => kept && setTimeout(resolve, PATIENCE));
    const shown = (await Promise.race([answer, late]).catch(() => undefined)) ?? kept;
    return shown ?? (await caches.match(OFFLINE, { cacheName: SHELL })) ?? Response.error();
}

async function keptPage(path: string): Promise<Response | undefined> {
    const whose = await whoseKey();
    return whose ? caches.match(path, { cacheName: MINE + whose, ignoreVary: true, ignoreSearch: true }) : undefined;
}

async function told({ whose, keep = [] }: Told): Promise<void> {
    if (!whose) return forget();
    for (const name of await caches.keys()) if (name.startsWith(MINE) && name !== MINE + whose) await caches.delete(name);
    const mine = await caches.open(MINE + whose);
    for (const path of keep) {
        const before = await mine.match(path, { ignoreVary: true });
        if (before && Date.now() - Number(before.headers.get("wqt-kept-at")) < FRESH) continue;
        const answer = await fetch(path, { headers: { "wqt-keep": "yes" }, redirect: "error" }).catch(() => undefined);
        const text = answer?.ok ? await answer.text() : "";
        // Somebody else may have signed in meanwhile.
        if (!text.includes(`data-whose="${whose}"`)) continue;
        const headers = { "content-type": "text/html; charset=utf-8", "wqt-kept-at": String(Date.now()) };
        const policy = answer?.headers.get("content-security-policy");
        await mine.put(path, new Response(text, { headers: policy ? { ...headers, "content-security-policy": policy } : headers }));
    }
}

/** Everything that is somebody's. Drafts stay, sealed, and nobody here can open them. */
async function forget(): Promise<void> {
    for (const name of await caches.keys()) if (name.startsWith(MINE)) await caches.delete(name);
    await forgetKeys();
}

async function sendWaiting({ tag }: SyncEvent): Promise<void> {
    const whose = tag === "drafts" ? await whoseKey() : undefined;
    if (whose) await sendAll(whose, Date.now());
}
