import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { CopyModel, type ModelImport, type Values } from './copy-crash-model.js';
import { SecretStates, type SeenSecret, valuesOf } from './copy-crash-watch.js';
import { type CopyCrashWorld, owners } from './copy-crash-world.js';

const POLL_MS = 100;
const CONVERGED_MS_MAX = 60_000;
const bothKeys = { password: 'password', user: 'user' };

/** Imports at the beginning, by the share that they name. */
const firstImports: readonly Omit<ModelImport, 'name'>[] = [
  { share: 'main', target: 'plain', keys: { password: 'password' } },
  { share: 'main', target: 'extended', keys: bothKeys },
  { share: 'main', target: 'edited', keys: bothKeys },
  { share: 'main', target: 'repaired', keys: bothKeys, repair: true },
  { share: 'main', target: 'taken', keys: bothKeys, state: 'Conflict' },
  { share: 'main', target: 'doomed', keys: { PW: 'password' } },
  { share: 'revoked', target: 'revoked', keys: bothKeys },
  { share: 'revoked', target: 'revoked-extended', keys: bothKeys },
  { share: 'expiring', target: 'expiring', keys: bothKeys },
  { share: 'sleeping', target: 'sleeping', keys: bothKeys },
];

/** A consumer's namespace in which copies and Secrets of users live, and what it shall contain. */
export class CopyNamespace {
  readonly name: string;
  readonly model = new CopyModel();
  readonly #world: CopyCrashWorld;
  #states: SecretStates | undefined;

  private constructor(world: CopyCrashWorld, name: string) {
    this.#world = world;
    this.name = name;
  }

  /** Makes the Secrets of users and all imports; no share grants anything yet. */
  static async make(world: CopyCrashWorld, name: string): Promise<CopyNamespace> {
    const made = new CopyNamespace(world, name);
    const token = await world.consumer(name);
    made.#states = await SecretStates.open({ cluster: world.cluster, namespace: name, token });
    await made.#ownSecret('own', { mine: 'a-value-of-a-user', password2: 'another-of-a-user' });
    await made.#ownSecret('taken', { password: 'foreign-password-value' });
    await made.changeSource();
    for (const one of firstImports) await made.import({ name: one.target, ...one });
    return made;
  }

  /** Gives the shared Secret new values. */
  async changeSource(): Promise<void> {
    const { cluster } = this.#world;
    const stringData = { password: `password-${randomUUID()}`, user: `user-${randomUUID()}` };
    const path = `/api/v1/namespaces/${owners}/secrets`;
    const made = Object.keys(this.model.source).length > 0;
    const answer = made
      ? await cluster.request('PATCH', `${path}/${this.name}`, { stringData })
      : await cluster.request('POST', path, secretOf(this.name, stringData));
    if (answer.status >= 300) throw new Error(`the source was not changed: ${answer.status}`);
    this.model.source = stringData;
  }

  async import(imported: ModelImport): Promise<void> {
    const { name, target, share, keys, adopt, repair } = imported;
    const body = {
      from: { namespace: owners, share: this.#shareName(share) },
      keys: Object.entries(keys).map(([as, key]) => ({ name: key, as })),
      target: { secretName: target },
      ...(adopt !== undefined && { adopt }),
      ...(repair !== undefined && { repair }),
    };
    this.model.imports.set(name, imported);
    await this.#world.put(`/v1/namespaces/${this.name}/imports/${name}`, body);
  }

  /** Makes a share, which grants its keys at once. */
  async share(name: string, expiresAt?: string): Promise<void> {
    this.model.granting.add(name);
    await this.#world.put(`/v1/namespaces/${owners}/shares/${this.#shareName(name)}`, {
      secretName: this.name,
      keys: Object.keys(bothKeys),
      to: [{ namespace: this.name }],
      delivery: ['copy'],
      ...(expiresAt !== undefined && { expiresAt }),
    });
  }

  async revoke(name: string): Promise<void> {
    this.model.granting.delete(name);
    const path = `/v1/namespaces/${owners}/shares/${this.#shareName(name)}/revoke`;
    await this.#world.put(path, {}, 'POST');
  }

  /** Deletes an import past the gateway. */
  async deleteImport(name: string): Promise<void> {
    const path = `/apis/sallyport.dev/v1alpha1/namespaces/${this.name}/secretimports/${name}`;
    const { status } = await this.#world.cluster.request('DELETE', path);
    if (status !== 200) throw new Error(`the import was not deleted: ${status}`);
    this.model.imports.delete(name);
  }

  /** Changes a Secret as a user; `own`: keys that no import may change from now on. */
  async edit(target: string, stringData: Values, own: Values): Promise<void> {
    const path = `/api/v1/namespaces/${this.name}/secrets/${target}`;
    const { cluster } = this.#world;
    const { status, body } = await cluster.request<SeenSecret>('PATCH', path, { stringData });
    if (status !== 200) throw new Error(`the Secret was not edited: ${status}`);
    this.model.userWrote(body, own);
  }

  /** Waits until all copies and statuses are as the model wants; returns the milliseconds. */
  async converged(sinceMs = performance.now()): Promise<number> {
    for (;;) {
      const problem = await this.#difference();
      const tookMs = performance.now() - sinceMs;
      if (problem === undefined) return tookMs;
      if (tookMs > CONVERGED_MS_MAX) throw new Error(`not converged after a minute: ${problem}`);
      await pause(POLL_MS);
    }
  }

  /** Returns what the cluster changed of users' Secrets and keys, in any state so far. */
  get violations(): readonly string[] {
    if (this.#states?.isWhole !== true) return ['the watch ended'];
    return this.model.violationsIn(this.states);
  }

  get states() {
    return this.#states?.all ?? [];
  }

  stop(): void {
    this.#states?.stop();
  }

  async #difference(): Promise<string | undefined> {
    const { model } = this;
    const secrets = await this.#list<SeenSecret>(`/api/v1/namespaces/${this.name}/secrets`);
    const stored = byName(secrets.map((one) => [one.metadata.name, valuesOf(one)]));
    if (!isDeepStrictEqual(stored, model.expected)) return unlike(stored, model.expected);
    const path = `/apis/sallyport.dev/v1alpha1/namespaces/${this.name}/secretimports`;
    const imports = await this.#list<StoredImport>(path);
    const states = byName(imports.map((one) => [one.metadata.name, one.status?.state ?? '']));
    if (isDeepStrictEqual(states, model.expectedStates)) return undefined;
    return unlike(states, model.expectedStates);
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    const { body } = await this.#world.cluster.request<{ items: readonly T[] }>('GET', path);
    return body.items;
  }

  async #ownSecret(name: string, stringData: Values): Promise<void> {
    const path = `/api/v1/namespaces/${this.name}/secrets`;
    const body = secretOf(name, stringData);
    const made = await this.#world.cluster.request<SeenSecret>('POST', path, body);
    if (made.status !== 201) throw new Error(`the Secret was not made: ${made.status}`);
    this.model.userWrote(made.body, stringData, { isWhole: true });
  }

  #shareName(share: string): string {
    return `${this.name}-${share}`;
  }
}

interface StoredImport {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly state?: string };
}

function secretOf(name: string, stringData: Values): object {
  const metadata = { name, labels: { team: 'web' }, annotations: { note: 'of a user' } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData };
}

function byName<T>(pairs: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function unlike(found: object, wanted: object): string {
  return `${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`;
}
