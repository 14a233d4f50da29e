// What this telephone keeps: drafts, the files that go with them, and the key that opens them.

type Shelf = "drafts" | "files" | "keys";

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
    opened ??= new Promise((resolve, reject) => {
        const request = indexedDB.open("wqt", 1);
        request.onupgradeneeded = () => {
            request.result.createObjectStore("drafts", { keyPath: "id" });
            request.result.createObjectStore("files", { keyPath: "id" });
            request.result.createObjectStore("keys", { keyPath: "whose" });
        };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    return opened;
}

async function on<T>(shelf: Shelf, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = (await database()).transaction(shelf, mode);
    const request = ask(transaction.objectStore(shelf));
    return new Promise((resolve, reject) => {
        // Only what is on the disk counts as kept.
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
}

export const all = <T>(shelf: Shelf): Promise<T[]> => on(shelf, "readonly", (store) => store.getAll() as IDBRequest<T[]>);
export const one = <T>(shelf: Shelf, id: string): Promise<T | undefined> => on(shelf, "readonly", (store) => store.get(id) as IDBRequest<T | undefined>);
export const put = (shelf: Shelf, value: object): Promise<unknown> => on(shelf, "readwrite", (store) => store.put(value));
export const remove = (shelf: Shelf, id: string): Promise<unknown> => on(shelf, "readwrite", (store) => store.delete(id));

/** Takes away the files of a draft. */
export const removeFiles = (draft: string): Promise<unknown> =>
    on("files", "readwrite", (store) => store.delete(IDBKeyRange.bound(`${draft}/`, `${draft}/\uffff`)));
