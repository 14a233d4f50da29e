// Pickers (the macro `ui::picker`): htmx fetches what the typed text may mean; here it becomes a list to choose from,
// by keyboard or by thumb. Without script the server settles what was typed when the form is sent.

interface Parts {
    input: HTMLInputElement;
    list: HTMLElement;
    box: HTMLElement;
}

/** The picker that an event happened in. */
function partsOf(target: EventTarget | null): Parts | undefined {
    const box = (target as HTMLElement | null)?.closest?.<HTMLElement>("[data-picker]");
    const input = box?.querySelector<HTMLInputElement>("[data-picker-text]");
    const list = box?.querySelector<HTMLElement>(".wqt-picks");
    return box && input && list ? { box, input, list } : undefined;
}

/** Where the choice is kept. Radio buttons that the server drew are done with once somebody types. */
function kept(box: HTMLElement): HTMLInputElement {
    const there = box.querySelector<HTMLInputElement>("[data-picked]");
    if (there) return there;
    const made = document.createElement("input");
    made.type = "hidden";
    made.name = box.dataset.picker ?? "";
    made.dataset.picked = "";
    box.querySelector("[data-picker-matches]")?.remove();
    box.append(made);
    return made;
}

const choices = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>("[data-value]")];
const marked = (list: HTMLElement): HTMLElement | null => list.querySelector<HTMLElement>("[aria-selected=true]");

function mark(parts: Parts, choice: HTMLElement | undefined): void {
    choices(parts.list).forEach((other, place) => {
        other.id = `${parts.list.id}-${place}`;
        other.setAttribute("aria-selected", String(other === choice));
    });
    if (choice) {
        parts.input.setAttribute("aria-activedescendant", choice.id);
        choice.scrollIntoView({ block: "nearest" });
    } else {
        parts.input.removeAttribute("aria-activedescendant");
    }
}

function open(parts: Parts, opened: boolean): void {
    parts.list.hidden = !opened;
    parts.input.setAttribute("aria-expanded", String(opened));
    if (!opened) parts.input.removeAttribute("aria-activedescendant");
}

function pick(parts: Parts, choice: HTMLElement): void {
    const hidden = kept(parts.box);
    hidden.value = choice.dataset.value ?? "";
    parts.input.value = choice.dataset.label ?? "";
    parts.input.setCustomValidity("");
    open(parts, false);
    // A filter sends itself.
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Lets every [data-picker] offer choices. */
export function offerChoices(): void {
    let composing = false;
    document.addEventListener("compositionstart", () => (composing = true));
    document.addEventListener("compositionend", () => (composing = false));

    document.addEventListener("focusin", (event) => {
        const parts = partsOf(event.target);
        if (!parts || event.target !== parts.input || parts.input.hasAttribute("role")) return;
        parts.input.setAttribute("role", "combobox");
        parts.input.setAttribute("aria-autocomplete", "list");
        parts.input.setAttribute("aria-controls", parts.list.id);
        parts.input.setAttribute("aria-expanded", "false");
    });

    document.addEventListener("htmx:configRequest", (event) => {
        const parts = partsOf(event.target);
        if (!parts || event.target !== parts.input) return;
        // Half a pinyin syllable finds nothing.
        if (composing) event.preventDefault();
        (event as CustomEvent<{ parameters: object }>).detail.parameters = { q: parts.input.value };
    });

    document.addEventListener("htmx:afterSwap", (event) => {
        const parts = partsOf(event.target);
        if (!parts || event.target !== parts.list) return;
        const settled = Boolean(parts.box.querySelector<HTMLInputElement>("[data-picked]")?.value);
        open(parts, document.activeElement === parts.input && !settled);
        mark(parts, parts.input.value === "" ? undefined : choices(parts.list)[0]);
    });

    document.addEventListener("input", (event) => {
        const parts = partsOf(event.target);
        if (!parts || event.target !== parts.input) return;
        kept(parts.box).value = "";
        // What is shown answers an older text: nobody chooses it blindly.
        mark(parts, undefined);
    });

    document.addEventListener("keydown", (event) => {
        const parts = partsOf(event.target);
        if (!parts || event.target !== parts.input || parts.list.hidden || event.isComposing) return;
        const all = choices(parts.list);
        const now = marked(parts.list);
        const place = now ? all.indexOf(now) : -1;
        if (event.key === "ArrowDown") mark(parts, all[Math.min(place + 1, all.length - 1)]);
        else if (event.key === "ArrowUp") mark(parts, all[Math.max(place - 1, 0)]);
        else if (event.key === "Enter") now && pick(parts, now);
        else if (event.key === "Escape") open(parts, false);
        else return;
        event.preventDefault();
    });

    // The field keeps the focus while a choice is pressed.
    document.addEventListener("mousedown", (event) => {
        if ((event.target as HTMLElement).closest?.(".wqt-picks")) event.preventDefault();
    });
    document.addEventListener("click", (event) => {
        const choice = (event.target as HTMLElement).closest?.<HTMLElement>(".wqt-picks [data-value]");
        const parts = partsOf(choice);
        if (choice && parts) pick(parts, choice);
    });
    document.addEventListener("focusout", (event) => {
        const parts = partsOf(event.target);
        if (parts) open(parts, false);
    });
}
