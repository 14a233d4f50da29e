// A draft: what somebody typed into a form, with its files, and how far it has come on its way to the server. Its id is also the
// key under which the server takes it once, however often it is sent.

import { open, seal } from "./seal";
import { all, one, put, remove, removeFiles } from "./store";

/** Still being typed; to be sent; sent and refused. */
export type State = "typing" | "waiting" | "refused";

/** A file that goes along: the field it was chosen in, and under which id the server has it already, since when. */
export interface Enclosed {
    field: string;
    name: string;
    type: string;
    kept?: { id: string; at: number };
}

/** What nobody else may read. */
export interface Content {
    /** Where it is sent, and the page on which it is typed. */
    action: string;
    page: string;
    search: string;
    heading: string;
    summary: string;
    fields: [string, string][];
    files: Enclosed[];
    /** Why it was refused. */
    told: string;
}

/** What may be known of it without the key. */
export interface Label {
    id: string;
    whose: string;
    state: State;
    at: number;
    /** When it was last on its way; nought for never. */
    tried: number;
}

export interface Draft extends Label {
    content: Content;
}

interface Row extends Label {
    sealed: ArrayBuffer;
}

export const freshId = (): string =>
    [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export async function labels(whose: string): Promise<Label[]> {
    return (await all<Row>("drafts")).filter((row) => row.whose === whose);
}

/** The drafts of an account, the newest first. What does not open was sealed by a key that is no more, and is taken away. */
export async function drafts(whose: string, key: CryptoKey): Promise<Draft[]> {
    const rows = (await all<Row>("drafts")).filter((row) => row.whose === whose).sort((a, b) => b.at - a.at);
    const opened = await Promise.all(rows.map((row) => unsealed(row, key)));
    return opened.filter((draft): draft is Draft => draft !== undefined);
}

export async function draft(id: string, whose: string, key: CryptoKey): Promise<Draft | undefined> {
    const row = await one<Row>("drafts", id);
    return row?.whose === whose ? unsealed(row, key) : undefined;
}

async function unsealed({ sealed, ...label }: Row, key: CryptoKey): Promise<Draft | undefined> {
    try {
        return { ...label, content: JSON.parse(new TextDecoder().decode(await open(key, sealed))) as Content };
    } catch {
        await drop(label.id);
        return undefined;
    }
}

export async function save({ content, ...label }: Draft, key: CryptoKey): Promise<void> {
    const sealed = await seal(key, new TextEncoder().encode(JSON.stringify(content)));
    await put("drafts", { ...label, sealed });
}

/** Keeps a draft under a new id: the server has another one under the old. */
export async function renew(old: Draft, key: CryptoKey): Promise<void> {
    const files = await Promise.all(old.content.files.map((_, place) => fileOf(old, place, key)));
    const id = freshId();
    await saveFiles(id, files.filter((file): file is File => file !== undefined), key);
    await save({ ...old, id, content: { ...old.content, files: old.content.files.filter((_, place) => files[place]) } }, key);
    await drop(old.id);
}

export async function drop(id: string): Promise<void> {
    await remove("drafts", id);
    await removeFiles(id);
}

/** Keeps the files of a draft, instead of those before. */
export async function saveFiles(id: string, files: File[], key: CryptoKey): Promise<void> {
    await removeFiles(id);
    for (const [place, file] of files.entries()) {
        await put("files", { id: `${id}/${place}`, sealed: await seal(key, await file.arrayBuffer()) });
    }
}

/** A file of a draft; none when it is gone. */
export async function fileOf({ id, content }: Draft, place: number, key: CryptoKey): Promise<File | undefined> {
    const [about, row] = [content.files[place], await one<{ sealed: ArrayBuffer }>("files", `${id}/${place}`)];
    return about && row && new File([await open(key, row.sealed)], about.name, { type: about.type });
}
