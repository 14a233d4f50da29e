// Forms: asked about before they are sent when they say so, and never sent twice.

/** A form (or the button that sends it) with data-confirm="…" asks first, in a dialog; data-confirm-yes names the answer. */
export function confirmBeforeSending(): void {
    document.addEventListener(
        "submit",
        (event) => {
            const form = event.target as HTMLFormElement;
            const button = (event.submitter ?? null) as HTMLButtonElement | null;
            const question = button?.dataset.confirm ?? form.dataset.confirm;
            if (!question) return;
            if (form.dataset.confirmed) {
                delete form.dataset.confirmed;
                return;
            }
            event.preventDefault();
            event.stopImmediatePropagation();
            ask(question, button?.dataset.confirmYes ?? form.dataset.confirmYes ?? "确定", () => {
                form.dataset.confirmed = "yes";
                send(form, button);
            });
        },
        true,
    );
}

/** Sends a form as if its button had been pressed; older Safari cannot, and sends it plainly. */
export function send(form: HTMLFormElement, button: HTMLButtonElement | null = null): void {
    if ("requestSubmit" in form) form.requestSubmit(button);
    else (form as HTMLFormElement).submit();
}

function ask(question: string, yes: string, then: () => void): void {
    const dialog = document.createElement("dialog");
    if (!("showModal" in dialog)) {
        if (window.confirm(question)) then();
        return;
    }
    dialog.className = "wqt-dialog";
    const text = document.createElement("p");
    text.textContent = question;
    const buttons = document.createElement("div");
    buttons.className = "wqt-dialog-buttons";
    buttons.append(button("取消", "btn", () => dialog.close()), button(yes, "btn btn-primary", () => {
        dialog.close();
        then();
    }));
    dialog.append(text, buttons);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}

function button(label: string, looks: string, press: () => void): HTMLButtonElement {
    const made = document.createElement("button");
    made.type = "button";
    made.className = looks;
    made.textContent = label;
    made.addEventListener("click", press);
    return made;
}

/** While a form that changes something is on its way, its buttons rest. They come back with the back button, too. */
export function guardAgainstDoubleSending(): void {
    document.addEventListener("submit", (event) => {
        const form = event.target as HTMLFormElement;
        if (event.defaultPrevented || form.method !== "post") return;
        if (form.dataset.sending) {
            event.preventDefault();
            return;
        }
        form.dataset.sending = "yes";
        // After this turn, so that the pressed button's own name and value still go along. A download leaves the page standing.
        setTimeout(() => rest(form, true));
        setTimeout(() => rest(form, false), 20_000);
    });
    const wake = (): void => document.querySelectorAll<HTMLFormElement>("form[data-sending]").forEach((form) => rest(form, false));
    window.addEventListener("pageshow", wake);
    document.addEventListener("htmx:afterRequest", wake);
}

/** Lets the buttons of a form rest while it is on its way, or wakes them. */
export function rest(form: HTMLFormElement, resting: boolean): void {
    if (!resting) delete form.dataset.sending;
    for (const element of form.elements) {
        if (element instanceof HTMLButtonElement && element.type === "submit") element.disabled = resting;
    }
}
