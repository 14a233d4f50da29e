// Large text (适老): a choice kept for a year in a cookie, so that the server draws the next page large at once.

/** Every [data-text-size] button turns large text on and off at once; without script its form asks the server. */
export function keepTextSize(): void {
    const root = document.documentElement;
    const show = (): void => {
        const large = String(root.classList.contains("wqt-large"));
        document.querySelectorAll("[data-text-size]").forEach((button) => button.setAttribute("aria-pressed", large));
    };
    show();
    document.addEventListener("click", (event) => {
        if (!(event.target as HTMLElement).closest("[data-text-size]")) return;
        event.preventDefault();
        const large = root.classList.toggle("wqt-large");
        document.cookie = `wqt_text=${large ? "large" : ""}; path=/; max-age=${large ? 31536000 : 0}; samesite=lax`;
        show();
    });
}
