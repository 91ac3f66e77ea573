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
  importer: { namespace: 'shop', rules: [virtual('secretimports', ...writes)] },
  reader: { namespace: 'shop', rules: [virtual('secretimports', 'get')] },
  other: { namespace: 'shop', rules: [virtual('secretimports', 'get')] },
  nobody: { namespace: 'shop', rules: [{ verbs: ['get'], resources: ['configmaps'] }] },
  outsider: { namespace: 'web', rules: [virtual('secretimports', ...writes)] },
} as const satisfies Record<string, { namespace: string; rules: readonly Rule[] }>;

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

  static async start(): Promise<SharingWorld> {
    const installation = await TestInstallation.start();
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

  /** Reads a key of the import. */
  read(name: string, { key = 'password', as = 'reader' as Caller, headers = {} } = {}) {
    return this.as(as).get(`/v1/namespaces/shop/imports/${name}/keys/${key}`, headers);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}
