import { beforeEach, describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { syncLimits } from '../../../../src/core/sync-limits.js';
import { OutboundFault } from '../../../../src/platform/outbound/domain/outbound-fault.js';
import { AccountTokens } from '../../../../src/sync/domain/account-tokens.js';
import { StoreConnections, type StoreUse } from '../../../../src/sync/engine/store-connections.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';
import { aStore, openbao } from '../domain/sync.builder.js';
import { accounts } from './pass-world.js';
import { RecordedCalls } from './recorded-calls.js';
import { valuesOf } from './sync-world.js';

const caSecret = { namespace: 'platform', name: 'bao-ca' };
const withCa = aStore({ openbao: { ...openbao, caSecret } });
const account = { namespace: 'pay', serviceAccountName: 'sync', format: 'json' as const };

/** Requests for tokens, none of which succeeds. */
class NotedTokens extends AccountTokens {
  readonly requests: object[] = [];

  override token(request: object): Promise<never> {
    this.requests.push(request);
    return Promise.reject(unavailable('no test needs a token'));
  }
}

let clock: ManualClock;
let calls: RecordedCalls;
let tokens: NotedTokens;
let read: () => ReturnType<typeof storedSecret>;
let isServed: boolean;
let hosts: string[];
let connections: StoreConnections;

beforeEach(() => {
  clock = new ManualClock();
  calls = new RecordedCalls();
  tokens = new NotedTokens();
  read = () => storedSecret({ data: valuesOf({ 'ca.crt': 'PEM' }) });
  isServed = true;
  hosts = [];
  connections = new StoreConnections({
    ...{ clock, calls, accounts, tokens },
    store: { get: async () => read() },
    served: { isServed: () => isServed },
    egress: {
      resolve: async (host, port) => {
        hosts.push(`${host}:${port}`);
        throw new OutboundFault('HostNotAllowed', 'the host is not allowed');
      },
    },
  });
});

function open(store = aStore(), of: StoreUse = account) {
  if (store.spec === undefined) throw new Error('the spec is valid');
  return connections.open(store, store.spec, of);
}

describe('a connection', () => {
  it('sends nothing before it is used', async () => {
    await open();
    expect([tokens.requests, hosts, calls.events]).toEqual([[], [], []]);
  });

  it('is used for some time, and no longer: its CA may have changed', async () => {
    const first = await open();
    clock.advance(syncLimits.connectionUsedMs - 1);
    expect(await open()).toBe(first);
    clock.advance(1);
    expect(await open()).not.toBe(first);
  });

  it('is of one ServiceAccount of one namespace, one format, and one state of a store', async () => {
    const all = [
      await open(),
      await open(aStore(), { ...account, serviceAccountName: 'other' }),
      await open(aStore(), { ...account, namespace: 'shop' }),
      await open(aStore(), { ...account, format: 'perKey' }),
      await open(aStore({}, { generation: 2 })),
      await open(aStore({}, { uid: 'another store of this name' })),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('asks for a token of that ServiceAccount, for the audience of the store alone', async () => {
    const remote = await open();
    const reading = remote.read('k8s/pay/db', new AbortController().signal);
    await expect(reading).rejects.toMatchObject({ code: 'Unavailable' });
    expect(tokens.requests).toEqual([{ namespace: 'pay', name: 'sync', audience: 'openbao' }]);
    expect(hosts).toEqual([]);
  });
});

describe('the CA of a store', () => {
  it('is read as the broker, and its read is in the trail', async () => {
    await open(withCa);
    expect(calls.events).toMatchObject([
      { action: 'secrets.reveal', namespace: 'platform', secret: 'bao-ca', keys: ['ca.crt'] },
    ]);
    expect(JSON.stringify(calls.events)).not.toContain('PEM');
    await open(withCa);
    expect(calls.events).toHaveLength(1);
  });

  it.each<[string, () => unknown]>([
    ['of a namespace that is not served', () => (isServed = false)],
    ['without the key', () => (read = () => storedSecret({ data: new Map() }))],
    [
      'that is not there',
      () => {
        read = () => {
          throw new SallyportError('NotFound', 'there is none');
        };
      },
    ],
  ])('%s refuses the sync', async (_what, change) => {
    change();
    await expect(open(withCa)).rejects.toMatchObject({
      problem: { concerns: 'StoreReachable', reason: 'ReferenceMissing' },
    });
    expect([tokens.requests, hosts]).toEqual([[], []]);
  });

  it('that cannot be read now is asked for again', async () => {
    read = () => {
      throw unavailable('the cluster does not answer');
    };
    await expect(open(withCa)).rejects.toMatchObject({ code: 'Unavailable' });
    read = () => storedSecret({ data: valuesOf({ 'ca.crt': 'PEM' }) });
    await expect(open(withCa)).resolves.toBeDefined();
  });
});
