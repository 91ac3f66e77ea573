import type { KillWorld } from './kill-world.js';
import { crashAccount, crashNamespace, type CurrentSecret, type Texts } from './crash-store.js';
import { decoded } from './written-states.js';

const secretsPath = `/api/v1/namespaces/${crashNamespace}/secrets`;
const syncPath = (name: string) => `/v1/namespaces/${crashNamespace}/syncs/${name}`;

export interface SyncView {
  readonly state: string;
  readonly reason: string | null;
  readonly keyStates: readonly { readonly name: string; readonly state: string }[];
}

/** Secrets of the cluster and their syncs; a sync has the name of its Secret. */
export class SyncedSecrets {
  readonly #world: KillWorld;

  constructor(world: KillWorld) {
    this.#world = world;
  }

  async create(name: string, stringData: Texts): Promise<void> {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData };
    const { status } = await this.#world.cluster.request('POST', secretsPath, secret);
    if (status !== 201) throw new Error(`the Secret was not created: ${status}`);
  }

  async sync(name: string, storeName: string, rules: object): Promise<void> {
    const place = { secretName: name, storeName, serviceAccountName: crashAccount };
    const spec = { ...place, remote: { name }, direction: 'both', ...rules };
    await this.#world.ask(syncPath(name), 'PUT', spec);
  }

  async endSync(name: string): Promise<void> {
    await this.#world.ask(syncPath(name), 'DELETE');
  }

  async view(name: string): Promise<SyncView> {
    return (await this.#world.ask(syncPath(name), 'GET')).json<
      SyncView & Record<string, unknown>
    >();
  }

  async run(name: string): Promise<void> {
    await this.#world.ask(`${syncPath(name)}/run`, 'POST');
  }

  /** Asks one replica for a look; reports whether it has had one. */
  async runAt(index: number, name: string): Promise<boolean> {
    const answer = await this.#world.gateways[index]?.ask(`${syncPath(name)}/run`, {
      method: 'POST',
    });
    return answer?.status === 200;
  }

  async resolve(name: string, prefer: 'cluster' | 'store'): Promise<void> {
    await this.#world.ask(`${syncPath(name)}/resolve`, 'POST', { prefer });
  }

  /** Writes some keys past the gateways. */
  async patch(name: string, stringData: Texts): Promise<void> {
    const path = `${secretsPath}/${name}`;
    const { status } = await this.#world.cluster.request('PATCH', path, { stringData });
    if (status !== 200) throw new Error(`the Secret was not written: ${status}`);
  }

  async current(name: string): Promise<CurrentSecret> {
    const { body } = await this.#world.cluster.request<{
      readonly metadata: { readonly resourceVersion: string };
      readonly data: Texts;
    }>('GET', `${secretsPath}/${name}`);
    return { values: decoded(body.data), version: body.metadata.resourceVersion };
  }

  /** Returns all values that the history of the gateways has of a Secret. */
  async history(name: string): Promise<ReadonlySet<string>> {
    const base = `/v1/namespaces/${crashNamespace}/secrets/${name}`;
    const seen = new Set<string>();
    let next: string | undefined;
    do {
      const query = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`;
      const page = (await this.#world.ask(`${base}/versions?limit=100${query}`, 'GET')).json<{
        readonly items: readonly { readonly version: number }[];
        readonly continue?: string | null;
      }>();
      for (const { version } of page.items) {
        const answer = await this.#world.ask(`${base}?version=${version}&format=json`, 'GET');
        for (const value of Object.values(answer.json<Texts>())) seen.add(value);
      }
      next = page.continue ?? undefined;
    } while (next !== undefined);
    return seen;
  }
}
