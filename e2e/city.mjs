// A small demo county, served by the real program for the journeys, and people who sit down before it.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

const program = process.env.E2E_PROGRAM ?? join(import.meta.dirname, `${process.env.CARGO_TARGET_DIR ?? "../target"}/debug/weiqitong`);
/** Where pictures go, when somebody wants to look at them. */
const pictures = process.env.E2E_PICTURES;

export class City {
    /** The demo, served with these settings in the environment besides the usual ones. */
    static async open(settings = {}) {
        const city = new City();
        city.folder = mkdtempSync(join(tmpdir(), "wqt-e2e-"));
        const database = `sqlite:${city.folder}/city.db`;
        process.env.WQT_FILES = `${city.folder}/files`;
        execFileSync(program, ["demo", "--scale", "tiny", "--database", database], { cwd: city.folder, stdio: ["ignore", "ignore", "pipe"] });
        const port = await freePort();
        city.url = `http://127.0.0.1:${port}`;
        const env = { ...process.env, ...settings };
        city.server = spawn(program, ["serve", "--database", database, "--listen", `127.0.0.1:${port}`], { cwd: city.folder, env, stdio: ["ignore", "inherit", "ignore"] });
        await city.answers();
        const where = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
        const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
        city.browser = await chromium.launch({ executablePath: where, args: quiet });
        return city;
    }

    async answers() {
        for (let tries = 0; tries < 200; tries += 1) {
            const ready = await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
            if (ready) return;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("the server does not answer");
    }

    /** Somebody signed in, before a screen of this size. */
    async person(login, viewport = DESKTOP, options = {}, password = "Weifang-2026") {
        const context = await this.browser.newContext({ baseURL: this.url, viewport, locale: "zh-CN", ...options });
        const page = await context.newPage();
        await page.goto("/login");
        await page.getByLabel("账号").fill(login);
        await page.getByLabel("密码").fill(password);
        await page.getByRole("button", { name: "登录" }).click();
        await page.waitForURL((url) => url.pathname !== "/login");
        return page;
    }

    async close() {
        await this.browser?.close();
        this.server?.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Fails on what keeps people with disabilities out; keeps a picture when pictures are wanted. */
export async function looksRight(page, name) {
    if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
    const told = serious.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`);
    if (told.length > 0) throw new Error(`${name}: ${told.join("\n")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    if (wide) throw new Error(`${name} is wider than the screen`);
}

function freePort() {
    return new Promise((resolve) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}
