import { SecretCache } from '../../../src/secrets/domain/cache/secret-cache.js';
import { Agent } from 'node:http';
import type { AuditEventView } from '../../../src/audit/domain/audit-view.js';
import { allOfSecrets, TestInstallation } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { type TokenBody, eventually, virtual } from '../../support/tokens-world.js';
import { type StateOf, type Told, differencesOf } from './differences.js';
import { type Caller, type GeneratedWrite, generatedWrite } from './generated-write.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const namespace = 'fuzz';
const secrets = `/api/v1/namespaces/${namespace}/secrets`;
const atOnce = 12;
const pageMax = 500;
const scopes = {
  some: { namespaces: [namespace], secrets: ['t-*'] },
  blind: { namespaces: [namespace], actions: ['secrets.get', 'write'] },
};

interface ListedSecret {
  readonly metadata: { readonly name: string; readonly annotations?: object };
  readonly data?: StateOf['data'];
}

/** A gateway before the real API server, to which generated writes are told side by side. */
export class WritesWorld {
  readonly #installation: TestInstallation;
  readonly #url: string;
  readonly #tokens: Readonly<Record<Caller, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  /** How many requests were answered with which status. */
  readonly statuses = new Map<number, number>();

  private constructor(
    installation: TestInstallation,
    url: string,
    tokens: Readonly<Record<Caller, string>>,
  ) {
    this.#installation = installation;
    this.#url = url;
    this.#tokens = tokens;
  }

  static async start(): Promise<WritesWorld> {
    const installation = await TestInstallation.start();
    try {
      const [url = ''] = await installation.gateway.listen();
      await installation.serve(namespace);
      const rules = [
        { ...allOfSecrets, verbs: [...allOfSecrets.verbs, 'deletecollection'] },
        virtual('accesstokens', 'create', 'list', 'delete'),
      ];
      const token = await installation.user(namespace, 'app', rules);
      const mint = async (scope: object): Promise<string> => {
        const body = { description: 'fuzz', expiresInSeconds: 86_400, scope };
        const answer = await send(url, { method: 'POST', path: '/v1/tokens', token, body });
        if (answer.status !== 201) throw new Error(`not minted: ${answer.text}`);
        return answer.json<TokenBody>().token;
      };
      const { some, blind } = scopes;
      const tokens = { all: token, some: await mint(some), blind: await mint(blind) };
      return new WritesWorld(installation, url, tokens);
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** Tells the writes of these seeds, each as a dry run and for real; the differences found. */
  async differences(seeds: readonly number[]): Promise<readonly string[]> {
    const writes = seeds.flatMap((seed) => [generatedWrite(seed, 'd'), generatedWrite(seed, 'r')]);
    await atATime(writes, (write) => this.#seed(write));
    const before = await this.#states();
    await this.#followed(before);
    const answers = new Map<GeneratedWrite, Answer>();
    await atATime(writes, async (write) => void answers.set(write, await this.#tell(write)));
    const after = await this.#states();
    const events = await this.#events(writes.length);
    await this.#installation.cluster.request('DELETE', secrets);
    return writes.flatMap((write) => {
      const { status = 0, text = '', headers = {} } = answers.get(write) ?? {};
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      const id = String(headers['audit-id']);
      const told = { write, status, text, before, after, events: events.get(id) ?? [] };
      return differencesOf(told).map((difference) => reported(told, difference));
    });
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#installation.stop();
  }

  /** What is applied was applied before, so that a key that is left out goes. */
  async #seed({ kind, own, id }: GeneratedWrite): Promise<void> {
    if (kind === 'create') return;
    const value = (key: string): string =>
      Buffer.from(`${key}-of-${own}-canary`).toString('base64');
    const secret = {
      ...{ apiVersion: 'v1', kind: 'Secret' },
      metadata: { name: own, labels: { case: id }, annotations: { note: 'x' } },
      data: { a: value('a'), b: value('b'), old: value('old') },
    };
    const { cluster } = this.#installation;
    const isApplied = kind === 'apply';
    const answer = isApplied
      ? await cluster.request('PATCH', `${secrets}/${own}?fieldManager=fuzz`, secret, {
          contentType: 'application/apply-patch+yaml',
        })
      : await cluster.request('POST', secrets, secret);
    if (answer.status !== 201) throw new Error(`not seeded: ${JSON.stringify(answer.body)}`);
  }

  #tell(write: GeneratedWrite): Promise<Answer> {
    const { method, name, query, contentType, accept, body, caller } = write;
    const path = name === undefined ? secrets : `${secrets}/${name}`;
    return send(this.#url, {
      method,
      path: `/kubernetes${path}${query === '' ? '' : `?${query}`}`,
      token: this.#tokens[caller],
      headers: { accept, ...(contentType !== undefined && { 'content-type': contentType }) },
      body,
      agent: this.#agent,
    });
  }

  /** Waits until the gateway knows these states, so that it can tell which keys go. */
  async #followed(states: ReadonlyMap<string, StateOf>): Promise<void> {
    const cache = partOf(this.#installation.gateway, SecretCache);
    await eventually(async () => {
      for (const name of states.keys()) {
        const view = await cache.view(namespace, { name });
        if (view?.get(name) === undefined) throw new Error(`${name} is not seen yet`);
      }
    });
  }

  async #states(): Promise<ReadonlyMap<string, StateOf>> {
    const { body } = await this.#installation.cluster.request<{
      readonly items: readonly ListedSecret[];
    }>('GET', secrets);
    return new Map(
      body.items.map((secret) => {
        const { data = {}, ...others } = secret;
        return [secret.metadata.name, { data, metadata: withoutManagers(others) }];
      }),
    );
  }

  /** By the ids of the calls that they belong to: events of the last so many writes. */
  async #events(writes: number): Promise<ReadonlyMap<string, readonly AuditEventView[]>> {
    const audit = partOf(this.#installation.gateway, AuditService);
    const byId = new Map<string, AuditEventView[]>();
    let before: string | undefined;
    // A write has an event, and one for each Secret that its answer shows.
    for (let seen = 0; seen < 4 * writes; seen += pageMax) {
      const page = await audit.list({}, { limit: pageMax, ...(before && { cursor: before }) });
      for (const event of page.items) {
        for (const id of new Set([event.auditId, event.parentId ?? event.auditId])) {
          byId.set(id, [...(byId.get(id) ?? []), event]);
        }
      }
      before = page.continue;
      if (before === undefined) break;
    }
    return byId;
  }
}

function withoutManagers(secret: Omit<ListedSecret, 'data'>): string {
  return JSON.stringify({ ...secret, metadata: { ...secret.metadata, managedFields: [] } });
}

async function atATime<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of rest) await act(item);
    }),
  );
}

function reported({ write, status, text, events }: Told, difference: string): string {
  const { id, caller, method, query, contentType, body } = write;
  const said = events.map(
    ({ action, secret, keys, marks }) => `${action} ${secret} [${keys}] ${marks}`,
  );
  return [
    `${id} (${caller}): ${difference}`,
    `  ${method} ?${query} ${contentType}: ${JSON.stringify(body.toString('latin1').slice(0, 800))}`,
    `  ${status} ${text.slice(0, 300)}`,
    ...said.map((line) => `  ${line}`),
  ].join('\n');
}
