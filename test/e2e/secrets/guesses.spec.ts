import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { followed } from '../../support/secrets-world.js';
import { virtual } from '../../support/tokens-world.js';
import { CachedWorld } from './cached-world.js';
import {
  facadeCalls,
  graphqlCalls,
  type GuessCall,
  type Guesser,
  restCalls,
  rightsOf,
} from './guess-calls.js';

const namespace = 'guesses';
const right = '4711-4711';
const wrong = '0000-0000';
const secrets = `/v1/namespaces/${namespace}/secrets`;

let world: CachedWorld;
let tokens: Readonly<Record<Guesser | 'restorer', string>>;

beforeAll(async () => {
  world = await CachedWorld.start(namespace);
  await world.secrets.seed('open', { stringData: { pin: right } });
  await world.secrets.seed('fixed', { immutable: true, stringData: { pin: right } });
  const { minter, ...others } = rightsOf;
  const users = { ...others, minter };
  const named = await Promise.all(
    Object.entries(users).map(async ([name, rules]) => {
      return [name, await world.user(name.toLowerCase(), rules)] as const;
    }),
  );
  const { minter: owner = '', ...guessers } = Object.fromEntries(named);
  await mayMint('minter');
  const scope = { actions: ['secrets.update', 'secrets.patch', 'secrets.create'] };
  const body = { description: 'guesses', expiresInSeconds: 600, scope };
  const minted = await call(owner, { method: 'POST', path: '/v1/tokens', body });
  if (minted.status !== 201) throw new Error(`not minted: ${minted.text}`);
  // Every name of the type has been given a token above.
  tokens = { ...guessers, token: minted.json()['token'] } as typeof tokens;
  await followed(world.installation, namespace);
  await wait(1_100); // Kubernetes tells times in seconds.
});

afterAll(() => world?.stop());

/** The right to mint tokens is one of the whole cluster. */
async function mayMint(name: string): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name: 'minting' };
  const rules = [virtual('accesstokens', 'create')];
  const roleRef = { apiGroup, kind: 'ClusterRole', ...metadata };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const { cluster } = world.installation;
  const base = `/apis/${apiGroup}/v1`;
  await cluster.request('POST', `${base}/clusterroles`, { metadata, rules });
  await cluster.request('POST', `${base}/clusterrolebindings`, { metadata, roleRef, subjects });
}

function call(token: string, sent: Pick<Call, 'method' | 'path' | 'body' | 'headers'>) {
  return send(world.url, { ...sent, token });
}

/** All that tells two calls apart, but for what differs between any two. */
async function observed(act: () => Promise<Answer>, name = '') {
  let answer: Answer | undefined;
  const upstream = await world.sent(async () => (answer = await act()));
  const text = JSON.stringify([answer?.status, answer?.headers['etag'], answer?.text, upstream]);
  const ids = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
  const uid = (await world.secrets.stored(name === '' ? 'open' : name))?.metadata.uid ?? '';
  return text
    .replaceAll(uid, 'uid')
    .replaceAll(ids, 'id')
    .replaceAll(name || /^$/g, 'name');
}

describe.each([
  ['REST', restCalls(namespace)],
  ['GraphQL', graphqlCalls(namespace)],
  ['the kubectl façade', facadeCalls(namespace)],
])('over %s a caller who may not read values', (_transport, calls) => {
  it.each(calls)('learns no value by $name', async ({ as, status, call: sent }: GuessCall) => {
    const guess = (pin: string) => call(tokens[as], sent(pin));
    const first = await guess(wrong);
    expect(first.status, first.text).toBe(status);
    const [ofRight, ofWrong] = [
      await observed(() => guess(right)),
      await observed(() => guess(wrong)),
    ];
    expect(ofRight).toBe(ofWrong);
    expect(await world.secrets.values('open')).toEqual({ pin: right });
    expect(await world.secrets.values('fixed')).toEqual({ pin: right });
  });
});

describe('a repeated request after an unknown outcome', () => {
  const path = `${secrets}/keyed`;
  const only = { 'if-none-match': '*' };
  type Keyed = Pick<Call, 'path' | 'body' | 'headers'> & { readonly as: Guesser };
  const requests: Readonly<Record<string, (pin: string) => Keyed>> = {
    POST: (pin: string) => ({
      ...{ as: 'writer', path: secrets, headers: {} },
      body: { name: 'keyed', stringData: { pin } },
    }),
    PUT: (pin: string) => ({
      ...{ as: 'writer', path, headers: only },
      body: { stringData: { pin } },
    }),
    'PUT key': (pin: string) => ({
      ...{ as: 'keyWriter', path: `${path}/keys/pin`, headers: only },
      body: pin,
    }),
  };

  it.each(Object.entries(requests))('tells no value by %s', async (what, request) => {
    const guess = (pin: string) => {
      const { as, headers, ...sent } = request(pin);
      const method = what.replace(' key', '');
      const key = { 'idempotency-key': `${what}-${pin}` };
      return call(tokens[as], { ...sent, method, headers: { ...headers, ...key } });
    };
    for (const pin of [right, wrong]) {
      await emptied();
      if (what === 'PUT key') await world.secrets.seed('keyed', { stringData: { other: 'x' } });
      const answer = await guess(pin);
      expect(answer.status, answer.text).toBe(201);
    }
    await emptied();
    await world.secrets.seed('keyed', { stringData: { pin: right } });
    forgetOutcomes();
    const answers = [await guess(right), await guess(wrong)];
    const refused = what === 'POST' ? 409 : 412;
    expect(answers.map(({ status }) => status)).toEqual([refused, refused]);
    expect(await world.secrets.values('keyed')).toEqual({ pin: right });
  });

  async function emptied(): Promise<void> {
    const item = `/api/v1/namespaces/${namespace}/secrets/keyed`;
    await world.installation.cluster.request('DELETE', item);
    await followed(world.installation, namespace, (view) => view.get('keyed') === undefined);
  }

  function forgetOutcomes(): void {
    const database = new DatabaseSync(databasePath(world.installation.dataDir), { timeout: 5_000 });
    database.exec("UPDATE idempotency_records SET state = 'unknown', answer = NULL");
    database.close();
  }
});

describe('a caller who may restore and not read', () => {
  it('learns from no dry run whether the Secret still has the values of a version', async () => {
    const owner = world.secrets.as('owner');
    for (const name of ['still', 'moved']) {
      const pin = { stringData: { pin: right } };
      expect((await owner.put(`${secrets}/${name}`, pin)).status).toBe(201);
    }
    await owner.put(`${secrets}/moved`, { stringData: { pin: wrong } });
    const restored = (name: string) => {
      const path = `${secrets}/${name}/versions/1/restore?dryRun=All`;
      return call(tokens.restorer, { method: 'POST', path });
    };
    expect((await restored('still')).status).toBe(200);
    const seen = [];
    for (const name of ['still', 'moved']) seen.push(await observed(() => restored(name), name));
    expect(seen[0]).toBe(seen[1]);
  });
});
