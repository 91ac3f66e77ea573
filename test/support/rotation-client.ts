import { setTimeout as pause } from 'node:timers/promises';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface RotationClientParts {
  /** What the Secret holds now. */
  readonly read: () => Promise<Credential>;
  /** Rejects where the server does not let the user in. */
  readonly logIn: (credential: Credential) => Promise<void>;
}

/** How often it looks at the Secret, and how often it logs in. */
const EVERY_MS = 100;

/**
 * An application that keeps what a Secret holds until that changes, and logs in with it ten times a
 * second, however long each login takes. It tries nothing twice.
 */
export class RotationClient {
  readonly #parts: RotationClientParts;
  readonly #stopping = new AbortController();
  readonly #logins: Promise<void>[] = [];
  readonly #failures: string[] = [];
  readonly #used = new Set<string>();
  #kept: Credential;
  #loops: Promise<unknown> = Promise.resolve();

  private constructor(parts: RotationClientParts, first: Credential) {
    this.#parts = parts;
    this.#kept = first;
  }

  static async start(parts: RotationClientParts): Promise<RotationClient> {
    const client = new RotationClient(parts, await parts.read());
    const work = [client.#every(() => client.#read()), client.#every(() => client.#logIn())];
    client.#loops = Promise.all(work);
    return client;
  }

  /** Passwords that it has logged in with, the first one included. */
  get passwordsUsed(): number {
    return this.#used.size;
  }

  /** Resolves once its last login is over. */
  async stop(): Promise<{ readonly logins: number; readonly failures: readonly string[] }> {
    this.#stopping.abort();
    await this.#loops;
    await Promise.all(this.#logins);
    return { logins: this.#logins.length, failures: this.#failures };
  }

  async #every(work: () => Promise<void> | void): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const nextMs = performance.now() + EVERY_MS;
      await work();
      await pause(Math.max(0, nextMs - performance.now()), undefined, { signal }).catch(() => {});
    }
  }

  async #read(): Promise<void> {
    try {
      this.#kept = await this.#parts.read();
    } catch (error) {
      this.#failures.push(`the Secret cannot be read: ${String(error)}`);
    }
  }

  /** Not waited for: the next one comes when it is due. */
  #logIn(): void {
    const credential = this.#kept;
    const login = this.#parts.logIn(credential).then(
      () => void this.#used.add(credential.password),
      (error: unknown) => void this.#failures.push(String(error)),
    );
    this.#logins.push(login);
  }
}
