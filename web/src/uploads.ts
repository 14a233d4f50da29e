// Files are measured before a phone spends minutes sending what the server must refuse.

/** <input type="file" data-max-bytes="…" data-max-files="…">: what is too much is named at once and not taken. */
export function checkUploads(): void {
    document.addEventListener("change", (event) => {
        const input = event.target;
        if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
        const problem = fault([...(input.files ?? [])], Number(input.dataset.maxBytes ?? Infinity), Number(input.dataset.maxFiles ?? Infinity));
        input.setCustomValidity(problem);
        if (problem) {
            input.reportValidity();
            input.value = "";
            input.setCustomValidity("");
        }
    });
}

function fault(files: File[], maxBytes: number, maxFiles: number): string {
    if (files.length > maxFiles) return `一次最多上传 ${maxFiles} 个文件。`;
    const large = files.find((file) => file.size > maxBytes);
    return large ? `“${large.name}”超过 ${Math.floor(maxBytes / 1048576)} MB，请压缩后再上传。` : "";
}
