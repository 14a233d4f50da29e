// What the pages do in the browser. Every page works without it, only less comfortably: nothing here decides anything.

import htmx from "htmx.org";
import { keepWhatIsTyped } from "./drafts/form";
import { sendWhatWaits } from "./drafts/unsent";
import { confirmBeforeSending, guardAgainstDoubleSending, send } from "./forms";
import { hintAtInstalling, keepForBadLines } from "./installed";
import { chooseAll, workByKeys } from "./keys";
import { keepTextSize } from "./text-size";
import { keepCountersLive } from "./live";
import { offerPhrases } from "./phrases";
import { offerChoices } from "./picker";
import { checkUploads } from "./uploads";

// The content security policy forbids eval and inline styles; a page's content is not left behind in the browser's storage.
Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    selfRequestsOnly: true,
    allowScriptTags: false,
    scrollBehavior: "auto",
    // A refused form comes back with its errors marked, and is shown; what is broken is not put into the page.
    responseHandling: [
        { code: "204", swap: false },
        { code: "[23]..", swap: true },
        { code: "422", swap: true },
        { code: "[45]..", swap: false, error: true },
    ],
});

keepTextSize();
confirmBeforeSending();
guardAgainstDoubleSending();
checkUploads();
offerChoices();
offerPhrases();
keepCountersLive();
workByKeys();
chooseAll();
keepForBadLines();
hintAtInstalling();
keepWhatIsTyped();
sendWhatWaits();

// A list or filter inside data-auto sends itself when it changes; without script, its button does.
document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    const form = field.closest<HTMLFormElement>("form[data-auto]");
    if (form) send(form);
});

document.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    if (target.closest("[data-print]")) {
        event.preventDefault();
        window.print();
    }
    // Where one came from; without script the link's own target.
    if (target.closest("[data-back]") && history.length > 1) {
        event.preventDefault();
        history.back();
    }
    // <a href="#menu" data-open>: without script the browser shows the dialog as the link's target.
    const opens = target.closest<HTMLAnchorElement>("a[data-open]");
    const opened = opens && document.querySelector<HTMLDialogElement>(`dialog${opens.hash}`);
    if (opened && "showModal" in opened) {
        event.preventDefault();
        opened.showModal();
    }
    const dialog = target.closest("dialog");
    if (dialog && (target === dialog || target.closest("[data-close]"))) {
        event.preventDefault();
        dialog.close();
    }
    target.closest("[data-dismiss]")?.closest("[data-dismissible]")?.remove();
});

// What the server says of a refusal goes where the server says: into the region of notices.
document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }>).detail;
    if (!detail.xhr.getResponseHeader("HX-Retarget")) return;
    detail.shouldSwap = true;
    detail.isError = false;
    window.scrollTo({ top: 0 });
});

// A refused form comes back with what to mend: that is where to go on reading.
document.querySelector<HTMLElement>("[data-focus]")?.focus();
document.addEventListener("htmx:afterSettle", (event) => {
    // Only where it came in: a list that changes beside it does not take anybody away from what they type.
    const came = event.target as HTMLElement;
    (came.matches("[data-focus]") ? came : came.querySelector<HTMLElement>("[data-focus]"))?.focus();
});

// A request of htmx that failed says so; the page stays as it was.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
        const status = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail.xhr?.status ?? 0;
        if (status === 401) location.reload();
        else tell(status === 0 ? "网络连接中断，内容没有提交。请检查网络后重试。" : "操作没有成功，请刷新页面后重试。");
    });
}

function tell(text: string): void {
    const place = document.querySelector("[data-notices]");
    if (!place) return;
    const notice = document.createElement("div");
    notice.className = "wqt-flash wqt-flash-error";
    notice.setAttribute("role", "alert");
    notice.textContent = text;
    place.replaceChildren(notice);
}
