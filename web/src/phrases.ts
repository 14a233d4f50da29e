// Phrases: one press puts the words into the field they belong to, where the cursor is. Without script they are read and copied, or a
// link loads the form with them.

/** Lets every [data-phrase] put its words into the field that [data-phrase-into] names. */
export function offerPhrases(): void {
    document.addEventListener("click", (event) => {
        const button = (event.target as HTMLElement).closest?.<HTMLElement>("[data-phrase]");
        const field = button && document.getElementById(button.dataset.phraseInto ?? "");
        if (!button || !(field instanceof HTMLTextAreaElement)) return;
        // A link that would load the form with these words in it is not followed: what was typed stays.
        event.preventDefault();
        const words = button.dataset.phrase ?? "";
        const untouched = field.value.trim() === "";
        // Where nothing was written yet, the words are all there is; otherwise they go where the writer stands.
        if (untouched) field.value = words;
        else field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
        button.closest("details")?.removeAttribute("open");
    });
}
