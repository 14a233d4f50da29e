// Keys for those who work through long lists: j and k go down and up, x ticks, / searches. Never while something is typed.

export function workByKeys(): void {
    document.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
        const links = [...document.querySelectorAll<HTMLAnchorElement>(".wqt-matter > a")];
        const at = links.findIndex((link) => link === document.activeElement);
        const go = (place: number): void => links[Math.max(0, Math.min(place, links.length - 1))]?.focus();
        switch (event.key) {
            case "j":
                go(at + 1);
                break;
            case "k":
                go(at < 0 ? 0 : at - 1);
                break;
            case "x":
                links[at]?.closest("tr")?.querySelector<HTMLInputElement>(".wqt-pick")?.click();
                break;
            case "/":
                document.querySelector<HTMLInputElement>('input[type="search"]')?.focus();
                break;
            default:
                return;
        }
        event.preventDefault();
    });
}

/** A form with data-choose has a button that ticks every box on the page, or none. */
export function chooseAll(): void {
    const show = (): void =>
        document.querySelectorAll<HTMLButtonElement>("[data-choose-all]").forEach((button) => (button.hidden = false));
    show();
    document.addEventListener("htmx:afterSettle", show);
    document.addEventListener("click", (event) => {
        const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-choose-all]");
        const boxes = button?.closest("form")?.querySelectorAll<HTMLInputElement>(".wqt-pick");
        if (!boxes) return;
        const all = [...boxes].every((box) => box.checked);
        boxes.forEach((box) => (box.checked = !all));
    });
}

function isTyping(target: EventTarget | null): boolean {
    const element = target as HTMLElement | null;
    return element?.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]") != null;
}
