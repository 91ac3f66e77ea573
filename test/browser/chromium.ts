import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../services/programs.js';
import { BrowserPage } from './browser-page.js';
import { DevToolsPipe } from './devtools-pipe.js';

const END_MS_MAX = 15_000;
const options = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-sync',
  '--password-store=basic',
  '--window-size=1400,900',
  // No name is resolved: a request to another host would fail, and is recorded by the page.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Debian's Chromium without a window, with a new profile. */
export class Chromium {
  readonly #process: ChildProcess;
  readonly #pipe: DevToolsPipe;
  readonly #profile: string;
  readonly #ended: Promise<unknown>;

  private constructor(process: ChildProcess, profile: string) {
    const [, , , output, input] = process.stdio;
    this.#process = process;
    this.#profile = profile;
    this.#pipe = new DevToolsPipe(output as Writable, input as Readable);
    this.#ended = once(process, 'close');
  }

  /** Starts the browser; rejects if the program is missing or does not respond. */
  static async start(): Promise<Chromium> {
    const program = findProgram('chromium', 'chromium');
    const profile = mkdtempSync(join(tmpdir(), 'sallyport-chromium-'));
    // Chromium's sandbox refuses root.
    const isRoot = process.getuid?.() === 0;
    const child = spawn(
      program,
      [...options, `--user-data-dir=${profile}`, ...(isRoot ? ['--no-sandbox'] : [])],
      {
        env: { PATH: process.env['PATH'], HOME: profile },
        stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
        // A process group of its own, which `end` kills with all its processes.
        detached: true,
      },
    );
    try {
      await once(child, 'spawn');
      const browser = new Chromium(child, profile);
      await browser.#pipe.send('Browser.getVersion');
      return browser;
    } catch (error) {
      killGroup(child);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    }
  }

  /** Opens a page in a new tab. */
  async open(url: string): Promise<BrowserPage> {
    const { targetId } = await this.#pipe.send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.#pipe.send('Target.attachToTarget', { targetId, flatten: true });
    return BrowserPage.open(this.#pipe, String(attached['sessionId']), url);
  }

  /** Ends all processes of the browser, which then has written its profile. */
  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const closing = this.#pipe.send('Browser.close').catch(() => undefined);
      await Promise.race([closing.then(() => this.#ended), sleep(END_MS_MAX, '', { ref: false })]);
    }
    killGroup(this.#process);
    await this.#ended;
  }

  /** Returns the files of the profile that contain a text, in UTF-8 or UTF-16. */
  filesWith(text: string): readonly string[] {
    const forms = [Buffer.from(text), Buffer.from(text, 'utf16le')];
    return readdirSync(this.#profile, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => {
        const bytes = readFileSync(path);
        return forms.some((form) => bytes.includes(form));
      });
  }

  /** Ends the browser and removes its profile. */
  async stop(): Promise<void> {
    try {
      await this.end();
    } finally {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All its processes have ended.
  }
}
