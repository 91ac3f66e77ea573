import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsWorld } from '../test/support/tls-files.js';
import { endsWithUs } from './ends-with-us.js';
import { freePorts } from './gateway-process.js';

const script = join(import.meta.dirname, 'bare-route.mjs');

/** A route of Nest on Fastify that answers one JSON text and asks nobody, in its own process. */
export class BareRoute {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  static async start(dir: string, { files }: TlsWorld, answer: string): Promise<BareRoute> {
    const [port = 0] = await freePorts(1);
    const answerFile = join(dir, 'answer.json');
    writeFileSync(answerFile, answer, { mode: 0o600 });
    const given = [String(port), files.cert, files.key, answerFile];
    // As the gateway is started: no variables, and none of the options of this process.
    const child = fork(script, given, { env: {}, execArgv: [] });
    endsWithUs(child);
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('it has ended')));
    await Promise.race([once(child, 'message'), ended]);
    return new BareRoute(child, `https://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
