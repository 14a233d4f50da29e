// Drafts lie sealed. The key comes from the server to the account that signed in, stays on the telephone while it is signed in,
// where no script can read it, and goes when it signs out: whoever signs in next finds nothing that could be opened.

import { all, one, put, remove } from "./store";

interface KeptKey {
    whose: string;
    key: CryptoKey;
}

const CIPHER = "AES-GCM";
const NONCE = 12;

/** What every request says that is made for a draft: whose it is. The server refuses it to anybody else. */
export const headersFor = (whose: string): Record<string, string> => ({ "draft-of": whose, accept: "application/json" });

/** The key of an account, from here or from the server; none without a line, or when somebody else is signed in. */
export async function keyOf(whose: string): Promise<CryptoKey | undefined> {
    const kept = await one<KeptKey>("keys", whose);
    if (kept) return kept.key;
    const answer = await fetch("/drafts/key", { headers: headersFor(whose) }).catch(() => undefined);
    if (!answer?.ok) return undefined;
    const { key: text } = (await answer.json()) as { key: string };
    const raw = Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    const key = await crypto.subtle.importKey("raw", raw, CIPHER, false, ["encrypt", "decrypt"]);
    await put("keys", { whose, key });
    return key;
}

/** Whose drafts can be opened here. */
export async function whoseKey(): Promise<string | undefined> {
    return (await all<KeptKey>("keys"))[0]?.whose;
}

/** Forgets the keys of everybody but one. */
export async function forgetKeys(but = ""): Promise<void> {
    for (const { whose } of await all<KeptKey>("keys")) if (whose !== but) await remove("keys", whose);
}

export async function seal(key: CryptoKey, plain: BufferSource): Promise<ArrayBuffer> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = await crypto.subtle.encrypt({ name: CIPHER, iv: nonce }, key, plain);
    const whole = new Uint8Array(NONCE + sealed.byteLength);
    whole.set(nonce);
    whole.set(new Uint8Array(sealed), NONCE);
    return whole.buffer;
}

export function open(key: CryptoKey, sealed: ArrayBuffer): Promise<ArrayBuffer> {
    return crypto.subtle.decrypt({ name: CIPHER, iv: new Uint8Array(sealed, 0, NONCE) }, key, new Uint8Array(sealed, NONCE));
}
