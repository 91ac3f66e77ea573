import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyFiles } from '../../cluster/manifests.js';
import { type BuiltGateway, buildGateway } from '../child-gateway.js';
import { allOfSecrets, TestInstallation } from '../gateway.js';
import { findLeaks } from '../leak-check.js';
import { type Answer, send } from '../raw-http.js';
import { CrashGateway } from '../rotation-crash-gateway.js';
import { CrashStorage } from '../rotation-crash-storage.js';
import { externalStore, externalStores } from '../sync-manifests.js';
import { patiently, virtual } from '../tokens-world.js';
import {
  crashAccount,
  type CrashStore,
  crashNamespace,
  type StartCrashStore,
} from './crash-store.js';

const clock = pathToFileURL(join(import.meta.dirname, '../shifted-clock.mjs')).href;
const SHIFT_MS = 5 * 60_000;
/** RFC 9562, section 5.7. */
const TIME_DIGITS = 12;
const TOKEN_SECONDS = 86_400;
/** Clocks of the second replica, one after the other: each start takes the next one. */
const shifts = [SHIFT_MS, -SHIFT_MS];

interface Parts {
  readonly installation: TestInstallation;
  readonly built: BuiltGateway;
  readonly storage: CrashStorage;
  readonly gateways: readonly CrashGateway[];
  readonly dir: string;
}

/** Two gateways in processes of their own on one PostgreSQL. The second one has a wrong clock. */
export class KillWorld {
  readonly gateways: readonly CrashGateway[];
  readonly storage: CrashStorage;
  readonly cluster: TestInstallation['cluster'];
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.gateways = parts.gateways;
    this.storage = parts.storage;
    this.cluster = parts.installation.cluster;
  }

  /** `stores`: names of the ExternalStores that syncs may use. */
  static async start(stores: readonly string[]): Promise<KillWorld> {
    const idle = { versions: { enabled: false }, sync: { enabled: false } };
    const [installation, built, storage] = await Promise.all([
      TestInstallation.start(idle),
      buildGateway(),
      CrashStorage.start(),
    ]);
    await installation.serve(crashNamespace);
    await installation.user(crashNamespace, 'author', [
      allOfSecrets,
      virtual('secretsyncs', 'get', 'list', 'create', 'update', 'patch', 'delete'),
      virtual('secretsyncs/run', 'create'),
      virtual('secretsyncs/resolve', 'create'),
      virtual('secretversions', 'get', 'list'),
      { ...virtual('externalstores', 'use'), resourceNames: stores },
      { resources: ['serviceaccounts/token'], resourceNames: [crashAccount], verbs: ['create'] },
    ]);
    // For a replica whose clock is ahead, in a long run.
    const token = await installation.cluster.createToken({
      ...{ namespace: crashNamespace, serviceAccount: 'author', audiences: ['sallyport'] },
      expirationSeconds: TOKEN_SECONDS,
    });
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-sync-crash-'));
    const allow = [{ host: '127.0.0.1', addresses: ['127.0.0.0/8'] }];
    const settings = { sync: { egress: { allow } }, versions: { limit: 10_000 } };
    const common = { installation, token, storage, settings, main: built.main };
    const gateways = [
      await CrashGateway.start({ ...common, dir: join(dir, 'one') }),
      await CrashGateway.start({ ...common, dir: join(dir, 'other'), environment: wrongClocks() }),
    ];
    const world = new KillWorld({ installation, built, storage, gateways, dir });
    await world.#prepare();
    return world;
  }

  /** Starts a store, and makes its ExternalStore. */
  async open(start: StartCrashStore): Promise<CrashStore> {
    const { cluster } = this;
    const store = await start(cluster);
    const secret = { namespace: crashNamespace, name: `${store.name}-files` };
    await cluster.request('POST', `/api/v1/namespaces/${crashNamespace}/secrets`, {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret.name } },
      stringData: store.files,
    });
    const { prefix } = store;
    const allow = [{ namespaces: [crashNamespace], prefix, directions: ['push', 'pull'] }];
    const { openbao: _openbao, ...rest } = externalStore(store.name)['spec'] as Record<
      string,
      unknown
    >;
    const spec = { ...rest, ...store.spec(secret), allow, poll: '10s' };
    await patiently(async () => {
      const body = { ...externalStore(store.name), spec };
      const { status, body: said } = await cluster.request('POST', externalStores, body);
      const isThere = status === 201 || status === 409;
      if (!isThere) throw new Error(`no store: ${status} ${JSON.stringify(said)}`);
    });
    return store;
  }

  /** Repeats a request of the author until a gateway that runs has carried it out. */
  async ask(path: string, method: string, body?: object): Promise<Answer> {
    return patiently(async () => {
      for (const gateway of this.gateways) {
        const more = { method, ...(body !== undefined && { body }) };
        const answer = await gateway.ask(path, more).catch(() => undefined);
        if (answer !== undefined && answer.status < 300) return answer;
        if (answer !== undefined) throw new Error(`${method} ${path}: ${answer.text}`);
      }
      throw new Error('no gateway runs');
    });
  }

  /** Returns the time of day of a replica: the first part of an id of version 7. */
  async timeOf(index: number): Promise<number> {
    const answer = await send(this.gateways[index]?.url ?? '', { path: '/v1/whoami' });
    const { requestId } = answer.json<{ readonly requestId: string }>();
    return Number.parseInt(requestId.replaceAll('-', '').slice(0, TIME_DIGITS), 16);
  }

  /** Ends everything; throws if a value is in a file of a gateway. */
  async stop(): Promise<void> {
    const { installation, built, storage, dir } = this.#parts;
    try {
      for (const gateway of this.gateways) {
        await gateway.end();
        const leaks = await findLeaks(this.cluster, [], gateway.dataDir);
        if (leaks.length > 0) throw new Error(`values leaked: ${leaks.join('; ')}`);
      }
    } finally {
      await installation.stop();
      await storage.stop();
      built.remove();
      rmSync(dir, { recursive: true, force: true });
    }
  }

  async #prepare(): Promise<void> {
    await this.cluster.request('POST', `/api/v1/namespaces/${crashNamespace}/serviceaccounts`, {
      ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: crashAccount } },
    });
    const file = 'deploy/rbac/constrained/sync-token.yaml';
    await applyFiles(this.cluster, file, crashNamespace);
  }
}

/** Returns the environment of a process whose clock is 5 minutes ahead or behind, in turns. */
function wrongClocks(): () => Readonly<Record<string, string>> {
  let starts = 0;
  return () => {
    const shiftMs = shifts[starts % shifts.length];
    starts += 1;
    return { NODE_OPTIONS: `--import=${clock}`, TEST_CLOCK_SHIFT_MS: String(shiftMs) };
  };
}
