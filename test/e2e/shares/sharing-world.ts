import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, virtual } from '../../support/tokens-world.js';

const writes = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Rights of callers, by their namespace and name. */
const callers = {
  owner: {
    namespace: 'pay',
    rules: [
      allOfSecrets,
      virtual('secretshares', ...writes),
      virtual('secretshares/revoke', 'create'),
      virtual('secretrotations', ...writes),
      virtual('secretrotations/run', 'create'),
    ],
  },
  keyOwner: {
    namespace: 'pay',
    rules: [
      virtual('secretshares', ...writes),
      {
        verbs: ['get'],
        apiGroups: ['sallyport.dev'],
        resources: ['secretkeys'],
        resourceNames: ['db/password'],
      },
    ],
  },
  returner: { namespace: 'pay', rules: [allOfSecrets, virtual('secretimports', ...writes)] },
  importer: { namespace: 'shop', rules: [virtual('secretimports', ...writes)] },
  copier: {
    namespace: 'shop',
    rules: [
      allOfSecrets,
      virtual('secretimports', ...writes),
      virtual('secretshares', ...writes),
      virtual('secretversions', 'list', 'get'),
    ],
  },
  temporary: {
    namespace: 'shop',
    rules: [allOfSecrets, virtual('secretimports', ...writes)],
  },
  reader: { namespace: 'shop', rules: [virtual('secretimports', 'get')] },
  other: { namespace: 'shop', rules: [virtual('secretimports', 'get')] },
  nobody: { namespace: 'shop', rules: [{ verbs: ['get'], resources: ['configmaps'] }] },
  outsider: { namespace: 'web', rules: [virtual('secretimports', ...writes)] },
} as const satisfies Record<string, { namespace: string; rules: readonly Rule[] }>;

export interface StoredCopy {
  readonly metadata: {
    readonly uid: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly managedFields: readonly { readonly manager: string; readonly operation: string }[];
  };
  readonly type: string;
  readonly data?: Readonly<Record<string, string>>;
}

export interface ImportStatus {
  readonly state?: string;
  readonly version?: number;
  readonly deliveredTime?: string;
  readonly conditions?: readonly { readonly reason: string; readonly message: string }[];
}

export type Caller = keyof typeof callers;

/** The share of pay/db with shop, as PUT takes it. */
export const shareOf = (change: object = {}) => ({
  secretName: 'db',
  keys: ['password'],
  to: [{ namespace: 'shop' }],
  ...change,
});

export const importOf = (share: string, change: object = {}) => ({
  from: { namespace: 'pay', share },
  ...change,
});

/** An owner's namespace `pay`, consumers `shop` and `web`, and their callers. */
export class SharingWorld {
  readonly installation: TestInstallation;
  readonly #callers: ReadonlyMap<Caller, RestCaller>;
  #made = 0;

  private constructor(
    installation: TestInstallation,
    callersByName: ReadonlyMap<Caller, RestCaller>,
  ) {
    this.installation = installation;
    this.#callers = callersByName;
  }

  static async start(config: Record<string, unknown> = {}): Promise<SharingWorld> {
    const installation = await TestInstallation.start(config);
    for (const namespace of ['pay', 'shop', 'web']) await installation.serve(namespace);
    await seedSecret(installation, 'pay', 'db', { user: 'app', password: 'shared-value' });
    const made = new Map<Caller, RestCaller>();
    for (const [name, { namespace, rules }] of Object.entries(callers)) {
      const token = await installation.user(namespace, name.toLowerCase(), rules);
      made.set(name as Caller, new RestCaller(installation.gateway.fastify, token));
    }
    const world = new SharingWorld(installation, made);
    await eventually(async () => {
      const answers = [
        await world.as('owner').get('/v1/namespaces/pay/shares'),
        await world.as('importer').get('/v1/namespaces/shop/imports'),
        await world.as('outsider').get('/v1/namespaces/web/imports'),
      ];
      const failed = answers.find(({ status }) => status !== 200);
      if (failed !== undefined) throw new Error(failed.text);
    });
    return world;
  }

  as(caller: Caller): RestCaller {
    const found = this.#callers.get(caller);
    if (found === undefined) throw new Error(`no caller ${caller}`);
    return found;
  }

  /** A new share of pay/db, and its import into shop; returns their name. */
  async share(change: object = {}, imported: object = {}): Promise<string> {
    this.#made += 1;
    const name = `share-${this.#made}`;
    const share = await this.as('owner').put(`/v1/namespaces/pay/shares/${name}`, shareOf(change));
    if (share.status !== 201) throw new Error(share.text);
    const body = importOf(name, imported);
    const answer = await this.as('importer').put(`/v1/namespaces/shop/imports/${name}`, body);
    if (answer.status !== 201) throw new Error(answer.text);
    return name;
  }

  /** A new share of pay/db for copies, and its import with a target of its own name. */
  async copy(change: object = {}, imported: object = {}, as: Caller = 'copier'): Promise<string> {
    this.#made += 1;
    const name = `copy-${this.#made}`;
    const body = shareOf({ delivery: ['copy', 'live'], ...change });
    const share = await this.as('owner').put(`/v1/namespaces/pay/shares/${name}`, body);
    if (share.status !== 201) throw new Error(share.text);
    const target = { secretName: name };
    const answer = await this.as(as).put(
      `/v1/namespaces/shop/imports/${name}`,
      importOf(name, { target, ...imported }),
    );
    if (answer.status !== 201) throw new Error(answer.text);
    return name;
  }

  /** The Secret in shop as the cluster has it, with decoded values; undefined if there is none. */
  async stored(name: string): Promise<StoredCopy | undefined> {
    const path = `/api/v1/namespaces/shop/secrets/${name}`;
    const { status, body } = await this.installation.cluster.request<StoredCopy>('GET', path);
    if (status === 404) return undefined;
    const decoded = Object.entries(body.data ?? {}).map(([key, value]) => {
      return [key, Buffer.from(value, 'base64').toString()] as const;
    });
    return { ...body, data: Object.fromEntries(decoded) };
  }

  /** Status of an import as the cluster has it. */
  async statusOf(name: string): Promise<ImportStatus> {
    const path = `/apis/sallyport.dev/v1alpha1/namespaces/shop/secretimports/${name}`;
    const { cluster } = this.installation;
    const { body } = await cluster.request<{ status?: ImportStatus }>('GET', path);
    return body.status ?? {};
  }

  /** Reads a key of the import. */
  read(name: string, { key = 'password', as = 'reader' as Caller, headers = {} } = {}) {
    return this.as(as).get(`/v1/namespaces/shop/imports/${name}/keys/${key}`, headers);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}
