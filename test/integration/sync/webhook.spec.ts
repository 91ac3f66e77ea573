import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretValue } from '../../../src/core/secret-value.js';
import { compileEgress } from '../../../src/platform/outbound/domain/egress-rules.js';
import { Egress } from '../../../src/platform/outbound/egress.js';
import { OutboundFault } from '../../../src/platform/outbound/domain/outbound-fault.js';
import type { RemoteMark } from '../../../src/sync/domain/remote-mark.js';
import type { RemoteState, RemoteStore } from '../../../src/sync/domain/remote-store.js';
import { openStore } from '../../../src/sync/stores/open-store.js';
import { type StoreRequest, StoreTransport } from '../../../src/sync/stores/store-transport.js';
import { jsonPayload } from '../../../src/sync/stores/json-payload.js';
import { startWebhookStore, type TestWebhookStore } from '../../services/webhook-store.js';
import { scaled } from '../../support/scale.js';
import { expectConvergence, type RandomWrites } from './random-writes.js';
import { canary, reasonOf, textsOf, valuesOf } from './store-values.js';

const never = new AbortController().signal;
const idempotencyToken = 'a'.repeat(64);
const ours = { clusterUid: 'cluster-1', namespaceUid: 'ns-1', syncUid: 'sync-1' };
const theirs = { ...ours, syncUid: 'sync-2' };
const convergenceMsMax = 180_000;
const signingSecret = { namespace: 'stores', name: 'webhook', key: 'signing.key' };

let webhook: TestWebhookStore;
let other: TestWebhookStore;
let store: RemoteStore;
let name: string;
let count = 0;

interface World {
  readonly allowed?: string;
  readonly ca?: string;
  readonly key?: string;
  readonly nowMs?: () => number;
  /** Path under which the server has no secrets. */
  readonly path?: string;
  /** Reports whether the answer of a request that was carried out is lost. */
  readonly loses?: (request: StoreRequest) => boolean;
}

function storeOf(world: World = {}): Promise<RemoteStore> {
  const { host, port, ca } = webhook.server;
  const allow = [{ host: world.allowed ?? host, port, addresses: ['127.0.0.0/8'] }];
  const egress = new Egress(compileEgress({ allow, deny: [] }, []));
  const url = `https://${host}:${port}${world.path ?? ''}`;
  const spec = { webhook: { url, auth: { signingSecret } }, allow: [], poll: '1m' };
  return openStore(spec, {
    transportTo: (to) => {
      const transport = new StoreTransport({
        ...{ url: to, ca: world.ca ?? ca },
        resolve: (one, signal) => egress.resolve(one.hostname, Number(one.port), undefined, signal),
      });
      const send = transport.send.bind(transport);
      transport.send = async (request, signal) => {
        const answer = await send(request, signal);
        if (world.loses?.(request) !== true) return answer;
        throw new OutboundFault('TargetUnreachable', 'the answer is lost');
      };
      return transport;
    },
    identity: () => Promise.reject(new Error('no token is asked for')),
    referenced: async () => SecretValue.fromBytes(Buffer.from(world.key ?? webhook.signingKey)),
    payload: jsonPayload,
    account: { namespace: 'pay', name: 'sallyport-sync' },
    nowMs: world.nowMs ?? Date.now,
  });
}

beforeAll(async () => {
  [webhook, other] = await Promise.all([startWebhookStore(), startWebhookStore()]);
});
afterAll(() => Promise.all([webhook?.server.stop(), other?.server.stop()]));
beforeEach(async () => {
  count += 1;
  name = `k8s/pay/db-${count}`;
  store = await storeOf();
});

const write = (
  texts: Readonly<Record<string, string>>,
  expected: RemoteState,
  mark: RemoteMark = ours,
) => store.write(name, { values: valuesOf(texts), mark, expected, idempotencyToken }, never);
const read = () => store.read(name, never);
const absent = { kind: 'absent' } as const;

async function present() {
  const state = await read();
  if (state.kind !== 'present') throw new Error(`the secret is ${state.kind}`);
  return state;
}

describe('a secret of the store', () => {
  it('is absent, then has the values, the version and the mark that were written', async () => {
    expect(await read()).toEqual(absent);
    const { version } = await write({ password: canary, 'a key': 'é"\n' }, absent);
    const state = await present();
    expect(state).toMatchObject({ version, mark: ours, changedAt: expect.stringMatching(/Z$/) });
    expect(textsOf(state)).toEqual({ password: canary, 'a key': 'é"\n' });
    const values = new Map([['key', SecretValue.fromBytes(Buffer.from([0xff, 0xfe]))]]);
    const next = { values, mark: ours, expected: state, idempotencyToken: 'b'.repeat(64) };
    await store.write(name, next, never);
    expect((await present()).values.get('key')?.reveal()).toEqual(Buffer.from([0xff, 0xfe]));
  });

  it('is written by exactly one of eight writers who saw the same state', async () => {
    await write({ password: 'first' }, absent);
    const expected = await present();
    const reasons = await Promise.all(
      Array.from({ length: 8 }, (_, at) => {
        const values = valuesOf({ password: `${at}` });
        const token = String(at).repeat(64);
        const wanted = { values, mark: ours, expected, idempotencyToken: token };
        return reasonOf(store.write(name, wanted, never));
      }),
    );
    expect(reasons.filter((reason) => reason === undefined)).toHaveLength(1);
    expect(reasons.filter((reason) => reason === 'StoreChanged')).toHaveLength(7);
  });

  it('that others create meanwhile keeps its values and its owner', async () => {
    await webhook.writtenByOthers(name, { password: 'theirs' });
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'theirs' });
    expect(await present()).toMatchObject({ mark: 'unreadable' });
  });

  it('is written once for one token, and answers a repetition with that version', async () => {
    const first = await write({ password: 'first' }, absent);
    expect(await write({ password: 'first' }, absent)).toEqual(first);
    await webhook.writtenByOthers(name, { password: 'second' });
    expect(await reasonOf(write({ password: 'first' }, absent))).toBe('StoreChanged');
  });

  it('is claimed once, and keeps its values', async () => {
    await write({ password: 'first' }, absent, theirs);
    await store.claim(name, { former: theirs, mark: ours }, never);
    expect(await present()).toMatchObject({ mark: ours });
    expect(textsOf(await present())).toEqual({ password: 'first' });
    expect(await reasonOf(store.claim(name, { former: theirs, mark: ours }, never))).toBe(
      'StoreChanged',
    );
  });

  it('is not deleted if another owner has claimed it, or somebody has written it', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.claim(name, { former: ours, mark: theirs }, never);
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    const claimed = await present();
    await webhook.writtenByOthers(name, { password: 'second' });
    expect(await reasonOf(store.remove(name, claimed, never))).toBe('StoreChanged');
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });

  it('is deleted with a version of its own, and written again for that version alone', async () => {
    await write({ password: 'first' }, absent);
    const seen = await present();
    await store.remove(name, seen, never);
    const deleted = await read();
    expect(deleted).toMatchObject({ kind: 'deleted', mark: ours });
    expect(deleted).not.toMatchObject({ version: seen.version });
    expect(await reasonOf(store.remove(name, seen, never))).toBe('StoreChanged');
    expect(await reasonOf(write({ password: 'second' }, absent))).toBe('StoreChanged');
    expect(await reasonOf(write({ password: 'second' }, seen))).toBe('StoreChanged');
    await write({ password: 'second' }, deleted);
    expect(textsOf(await present())).toEqual({ password: 'second' });
  });
});

describe('random writes on both sides, with lost answers', () => {
  it(
    'converge, and then write nothing',
    async () => {
      const remoteName = name;
      await expectConvergence({
        ...{ store, name, owner: ours, rounds: scaled(500) },
        writtenByOthers: (texts) => webhook.writtenByOthers(remoteName, texts),
      });
    },
    convergenceMsMax,
  );

  it(
    'converge if answers to reads and writes are lost on their way',
    async () => {
      const remoteName = name;
      const rounds = scaled(100);
      let sent = 0;
      let left = rounds;
      const losing = await storeOf({ loses: () => (sent += 1) % 5 === 0 && left > 0 });
      const patient: RandomWrites['store'] = {
        pendingOf: (wanted) => losing.pendingOf(wanted),
        overwrittenBy: (one, pending, signal) => losing.overwrittenBy(one, pending, signal),
        // A read of the test itself must have an answer.
        read: (one, signal) => losing.read(one, signal).catch(() => losing.read(one, signal)),
        write: (one, wanted, signal) => losing.write(one, wanted, signal),
        claim: (one, change, signal) => losing.claim(one, change, signal),
      };
      await expectConvergence({
        ...{ store: patient, name, owner: ours, rounds },
        writtenByOthers: async (texts) => {
          await webhook.writtenByOthers(remoteName, texts);
          left -= 1;
        },
      });
    },
    convergenceMsMax,
  );
});

it('the 404 of another path of the server is no absence', async () => {
  const wrong = await storeOf({ path: '/other' });
  expect(await reasonOf(wrong.read(name, never))).toBe('TargetFailed');
});

describe('the signature', () => {
  it('is refused with another key, and nothing is written', async () => {
    store = await storeOf({ key: other.signingKey });
    expect(await reasonOf(read())).toBe('StoreDenied');
    expect(await reasonOf(write({ password: canary }, absent))).toBe('StoreDenied');
    store = await storeOf();
    expect(await read()).toEqual(absent);
  });

  it('needs a key with 24 bytes', async () => {
    expect(await reasonOf(storeOf({ key: canary }))).toBe('StoreDenied');
  });

  it.each([-301, 301])('is refused %i seconds from the time of the server', async (seconds) => {
    const skewed = await storeOf({ nowMs: () => Date.now() + seconds * 1_000 });
    expect(await reasonOf(skewed.read(name, never))).toBe('StoreDenied');
  });

  it.each([-290, 290])('is accepted %i seconds from the time of the server', async (seconds) => {
    const skewed = await storeOf({ nowMs: () => Date.now() + seconds * 1_000 });
    expect(await skewed.read(name, never)).toEqual(absent);
  });

  it('of one request is none for another name, another method or a second time', async () => {
    const valid = { id: `once-${name}` };
    expect((await webhook.call('GET', name, undefined, valid)).status).toBe(404);
    expect((await webhook.call('GET', name, undefined, valid)).status).toBe(401);
    const signs = `GET /secrets/${name}`;
    expect((await webhook.call('GET', `${name}-2`, undefined, { signs })).status).toBe(401);
    expect((await webhook.call('DELETE', name, undefined, { signs })).status).toBe(401);
  });
});

describe('the connection', () => {
  it('is refused before anything is sent, if the host is not allowed', async () => {
    const refused = await storeOf({ allowed: 'store.test' });
    expect(await reasonOf(refused.read(name, never))).toBe('HostNotAllowed');
  });

  it('is refused if another authority signed the certificate', async () => {
    const untrusted = await storeOf({ ca: other.server.ca });
    expect(await reasonOf(untrusted.read(name, never))).toBe('TlsFailed');
  });
});
