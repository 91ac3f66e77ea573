import { type Rule, TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { RestCaller } from '../../support/rest-caller.js';
import { seedSecret } from '../../support/seed.js';
import { eventually, virtual } from '../../support/tokens-world.js';

const writes = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const account = 'sallyport-sync';
const storeName = 'vault';
const inPay = { namespace: 'pay', isCluster: false } as const;

const syncs: readonly Rule[] = [
  virtual('secretsyncs', ...writes),
  virtual('secretsyncs/run', 'create'),
  virtual('secretsyncs/resolve', 'create'),
];
/** The rights of an author on the store, and on tokens of the ServiceAccount. */
const places: readonly Rule[] = [
  { ...virtual('externalstores', 'use'), resourceNames: [storeName] },
  { resources: ['serviceaccounts/token'], resourceNames: [account], verbs: ['create'] },
];

/** Rights of callers, by their name. */
const callers = {
  author: { ...inPay, rules: [...syncs, ...places, allOfSecrets] },
  other: { ...inPay, rules: [...syncs, ...places, allOfSecrets] },
  /** Reads the Secret, and cannot write it. */
  pusher: { ...inPay, rules: [...syncs, ...places, { resources: ['secrets'], verbs: ['get'] }] },
  /** May use no store. */
  homeless: { ...inPay, rules: [...syncs, allOfSecrets] },
  reader: { ...inPay, rules: [virtual('secretsyncs', 'get', 'list')] },
  /** Has the rights on stores in a namespace alone. */
  local: { ...inPay, rules: [virtual('externalstores', ...writes)] },
  operator: { namespace: 'pay', isCluster: true, rules: [virtual('externalstores', ...writes)] },
} as const satisfies Record<
  string,
  { namespace: string; isCluster: boolean; rules: readonly Rule[] }
>;

export type Caller = keyof typeof callers;

/** A sync of pay/db in both directions, as PUT takes it. */
export const syncOf = (change: object = {}) => ({
  secretName: 'db',
  storeName,
  serviceAccountName: account,
  remote: { name: 'db' },
  direction: 'both',
  ...change,
});

/** A store at which nothing answers, as PUT takes it. */
export const storeOf = (change: object = {}) => ({
  openbao: {
    url: 'https://bao.example:8200',
    auth: { jwt: { role: 'sync', audience: 'openbao' } },
  },
  allow: [{ namespaces: ['pay'], prefix: 'k8s/{namespace}/', directions: ['push', 'pull'] }],
  ...change,
});

/** A gateway that looks at syncs only on request, and has no store that answers. */
export class SpecsWorld {
  readonly installation: TestInstallation;
  readonly #callers: ReadonlyMap<Caller, RestCaller>;

  private constructor(
    installation: TestInstallation,
    callersByName: ReadonlyMap<Caller, RestCaller>,
  ) {
    this.installation = installation;
    this.#callers = callersByName;
  }

  static async start(): Promise<SpecsWorld> {
    const installation = await TestInstallation.start({ sync: { enabled: false } });
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'value-of-cluster' });
    const made = new Map<Caller, RestCaller>();
    for (const [name, { namespace, rules, isCluster }] of Object.entries(callers)) {
      const token = isCluster
        ? await installation.clusterUser(namespace, name, rules)
        : await installation.user(namespace, name, rules);
      made.set(name as Caller, new RestCaller(installation.gateway.fastify, token));
    }
    const world = new SpecsWorld(installation, made);
    // API servers learn of roles, kinds and policies at different times.
    await eventually(() => world.put('operator', `/v1/stores/${storeName}`, storeOf()));
    await eventually(() => world.put('author', '/v1/namespaces/pay/syncs/known', syncOf()));
    await eventually(() => world.put('other', '/v1/namespaces/pay/syncs/known', syncOf()));
    await eventually(async () => {
      const { status, text } = await world.as('author').get('/v1/namespaces/pay/syncs');
      if (status !== 200) throw new Error(text);
    });
    return world;
  }

  as(caller: Caller): RestCaller {
    const found = this.#callers.get(caller);
    if (found === undefined) throw new Error(`no caller ${caller}`);
    return found;
  }

  /** Sends a PUT, which must succeed. */
  async put(as: Caller, path: string, spec: object): Promise<void> {
    const { status, text } = await this.as(as).put(path, spec);
    if (status !== 200 && status !== 201) throw new Error(text);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}
