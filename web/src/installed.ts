// On the screen of a telephone like any other app: the worker that keeps the few pages for times without a line, and a hint,
// shown once, how to put the app there.

import { forgetKeys, keyOf } from "./drafts/seal";

interface InstallPrompt extends Event {
    prompt(): Promise<void>;
}

/** Whether this browser can keep anything safely. */
export const able = (): boolean => window.isSecureContext && "indexedDB" in window && "subtle" in crypto;

export function keepForBadLines(): void {
    if (!able()) return;
    const { whose, keep = "", nobody } = document.body.dataset;
    if (whose) void forgetKeys(whose).then(() => (keep ? keyOf(whose) : undefined));
    else if (nobody !== undefined) void forgetKeys();
    if (!("serviceWorker" in navigator)) return;
    const worker = navigator.serviceWorker;
    const tell = (): void => {
        if (whose) worker.controller?.postMessage({ whose, keep: keep.split(" ").filter(Boolean) });
        else if (nobody !== undefined) worker.controller?.postMessage({});
    };
    worker.addEventListener("controllerchange", tell);
    // After the page itself: on a slow line it comes first.
    window.addEventListener("load", () => {
        worker.register("/sw.js").catch(() => undefined);
        tell();
    });
}

const SHOWN = "wqt-install-hint";

/** Once, on the first page of somebody with a telephone. */
export function hintAtInstalling(): void {
    const place = document.querySelector("[data-notices]");
    if (!place || !document.body.dataset.whose || location.pathname !== "/" || matchMedia("(display-mode: standalone)").matches) return;
    const show = (text: string, act?: () => void): void => {
        if (localStorage.getItem(SHOWN)) return;
        localStorage.setItem(SHOWN, "yes");
        const hint = document.createElement("div");
        hint.className = "wqt-flash wqt-flash-info wqt-install";
        hint.dataset.dismissible = "";
        const words = document.createElement("span");
        words.textContent = text;
        hint.append(words);
        if (act) hint.append(button("添加", act));
        hint.append(button("不用了"));
        place.append(hint);
    };
    window.addEventListener("beforeinstallprompt", (event) => {
        if (!matchMedia("(max-width: 767px)").matches) return;
        event.preventDefault();
        show("把潍企通放到手机桌面，下次一点就开。", () => void (event as InstallPrompt).prompt());
    });
    const apple = /iPhone|iPad/.test(navigator.userAgent) && /Safari/.test(navigator.userAgent);
    if (apple) show("把潍企通放到手机桌面：点“分享”，再点“添加到主屏幕”。");
}

function button(label: string, act?: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.dataset.dismiss = "";
    made.textContent = label;
    if (act) made.addEventListener("click", act);
    return made;
}
