// Counters that move by themselves: <body data-live> listens to /live, whose messages are JSON such as {"/demands": 3}.

/** Elements with data-live-count="/demands" show the number under that name, and hide at nought. */
export function keepCountersLive(): void {
    if (document.body.dataset.live === undefined || !("EventSource" in window)) return;
    let source: EventSource | undefined;
    const listen = (): void => {
        source ??= new EventSource("/live");
        source.onmessage = (event: MessageEvent<string>) => show(event.data);
    };
    const leave = (): void => {
        source?.close();
        source = undefined;
    };
    // A tab nobody looks at holds no connection.
    document.addEventListener("visibilitychange", () => (document.hidden ? leave() : listen()));
    window.addEventListener("pagehide", leave);
    if (!document.hidden) listen();
}

function show(data: string): void {
    let counts: Record<string, unknown>;
    try {
        counts = JSON.parse(data) as Record<string, unknown>;
    } catch {
        return;
    }
    document.querySelectorAll<HTMLElement>("[data-live-count]").forEach((element) => {
        const count = counts[element.dataset.liveCount ?? ""];
        if (typeof count !== "number") return;
        element.textContent = count > 999 ? "999+" : String(count);
        element.hidden = count === 0;
    });
}
