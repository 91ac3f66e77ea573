import { randomBytes } from 'node:crypto';
import { Random } from '../../conformance/scenarios/random.js';
import { type LibraryWorld, namespace } from './library-world.js';

const namesMax = 25;
const secrets = `/api/v1/namespaces/${namespace}/secrets`;

interface Change {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** Changes Secrets at random, one after the other: through the façade, and behind its back. */
export class RandomChanges {
  made = 0;
  readonly #wanted: { readonly count: number; readonly reach: () => void }[] = [];
  readonly #world: LibraryWorld;
  readonly #prefix: string;
  readonly #random: Random;
  readonly #present = new Set<string>();
  #isOver = false;
  readonly #working: Promise<void>;

  /** `prefix`: what the names of the Secrets begin with, of which there are none yet. */
  constructor(world: LibraryWorld, prefix: string, seed: number) {
    this.#world = world;
    this.#prefix = prefix;
    this.#random = new Random(seed);
    this.#working = this.#work();
    // Whoever stops it hears of it.
    this.#working.catch(() => undefined);
  }

  /** Resolves when so many changes have been made; rejects where one failed. */
  async reached(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (this.made >= count) return;
    this.#wanted.push({ count, reach: resolve });
    await Promise.race([promise, this.#working]);
  }

  /** Resolves when the last change has been made; rejects where one failed. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      const change = this.#next();
      const status = await this.#make(change);
      if (status >= 300) throw new Error(`${change.method} ${change.path}: ${status}`);
      this.made += 1;
      for (const { count, reach } of this.#wanted) if (this.made >= count) reach();
    }
  }

  #next(): Change {
    const name = `${this.#prefix}-${this.#random.below(namesMax)}`;
    const path = `${secrets}/${name}`;
    if (!this.#present.has(name)) {
      this.#present.add(name);
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: this.#data() };
      return { method: 'POST', path: secrets, body };
    }
    if (!this.#random.isOne(4)) return { method: 'PATCH', path, body: { data: this.#data() } };
    this.#present.delete(name);
    return { method: 'DELETE', path };
  }

  /** One in eight does not fit into what is sent at a time. */
  #data(): object {
    const value = randomBytes(this.#random.isOne(8) ? 45_000 : 12).toString('hex');
    return { value: Buffer.from(value).toString('base64') };
  }

  async #make({ method, path, body }: Change): Promise<number> {
    if (this.#random.isOne(2)) {
      return (await this.#world.installation.cluster.request(method, path, body)).status;
    }
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const headers = body === undefined ? {} : { 'content-type': type };
    return (await this.#world.send({ method, path, body, headers })).status;
  }
}
