import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { IngestWorld } from './ingest-world.js';

const direct = '/api/v1/namespaces/pay/secrets';
const configMaps = '/api/v1/namespaces/pay/configmaps';

let world: IngestWorld;
let token: string;

beforeAll(async () => {
  // As many clusters have it for other resources: whole bodies, also those of patches.
  world = await IngestWorld.start({
    otherRules: "  - level: Request\n    resources: [{ group: '', resources: [configmaps] }]\n",
  });
  const { cluster } = world;
  await cluster.request('POST', configMaps, { metadata: { name: 'noise' } });
  const bind = ['create', 'rolebinding', 'editor', '--clusterrole=edit'];
  await cluster.kubectl(['-n', 'pay', ...bind, '--serviceaccount=pay:app']);
  token = await cluster.createToken({ namespace: 'pay', serviceAccount: 'app' });
});

afterAll(() => world?.stop());

/** A request of a user of the cluster, byte for byte. */
const asUser = (call: Parameters<typeof send>[1]) =>
  send(world.cluster.url, { ca: readFileSync(world.cluster.caFile, 'utf8'), token, ...call });

/** The API server puts the body of a patch into its event as it is, also where it refuses it. */
const patchWith = (body: Buffer, type: string) =>
  asUser({
    method: 'PATCH',
    path: `${configMaps}/noise`,
    headers: { 'content-type': type },
    body,
  });

const merge = 'application/merge-patch+json';
const withInvalidByte = [Buffer.from('{"data":{"a":"'), Buffer.of(0xff), Buffer.from('"}}')];
const yaml = 'kind: ConfigMap\napiVersion: v1\nmetadata: {name: noise}\n';

describe('a direct read that shares its batch with a hostile request', () => {
  it.each([
    ['a byte that is no text', Buffer.concat(withInvalidByte), merge],
    ['half a character', Buffer.from('{"data":{"a":"\\ud800"}}'), merge],
    ['a member given twice', Buffer.from('{"kind":"EventList","data":{"a":"1","a":"2"}}'), merge],
    ['no JSON', Buffer.from('{"data":'), merge],
    ['YAML', Buffer.from(yaml), 'application/apply-patch+yaml'],
    ['deep lists', Buffer.from(`${'['.repeat(9_900)}${']'.repeat(9_900)}`), merge],
  ])('is on record, where that request has %s in its body', async (what, body, type) => {
    const name = `beside-${what.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    await seedSecret(world.installation, 'pay', name, { a: `value-of-${name}` });
    await world.listedOnce(`secret=${name}&source=cluster`, 1);
    // Several, so that one of them is in the batch of the read.
    const noise = Array.from({ length: 3 }, () => patchWith(body, type));
    const [read] = await Promise.all([world.cluster.request('GET', `${direct}/${name}`), ...noise]);
    expect(read.status).toBe(200);
    const found = await world.listedOnce(`secret=${name}&action=secrets.reveal`, 1);
    expect(found).toMatchObject([{ source: 'cluster', marks: ['bypassed'] }]);
  });
});

describe('a direct read whose caller chooses its texts', () => {
  it.each([
    ['user agent', { 'user-agent': 'caf\u00e9\u00ff' }, ''],
    ['query', {}, '?labelSelector=%ff%fe%00'],
    ['Audit-ID', { 'audit-id': 'caf\u00e9\u00ff' }, ''],
    ['an Audit-ID of 8 kB', { 'audit-id': 'x'.repeat(8_000) }, ''],
  ])('is on record with bytes that are no UTF-8 in: %s', async (what, headers, query) => {
    const name = `texts-${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    await seedSecret(world.installation, 'pay', name, { a: `value-of-${name}` });
    const read = await asUser({ path: `${direct}/${name}${query}`, headers });
    expect(read.status, read.text).toBe(200);
    const found = await world.listedOnce(`secret=${name}&action=secrets.reveal`, 1);
    expect(found).toMatchObject([{ source: 'cluster', user: 'system:serviceaccount:pay:app' }]);
    expect(found[0]?.marks).toContain('bypassed');
  });
});

describe('a batch with events that cannot be read', () => {
  const none = { stored: 0, joined: 0, known: 0, notKept: 0, unreadable: 0 };
  const path = '/v1/audit/kubernetes-events';
  const headers = { 'content-type': 'application/json' };

  it('loses what cannot be read of it, and no more, and the trail says how much', async () => {
    await seedSecret(world.installation, 'pay', 'spoilt', { a: 'value-of-spoilt' });
    await world.listedOnce('secret=spoilt', 1);
    const [entry] = world.entriesOf('spoilt');
    if (entry?.source !== 'cluster') throw new Error('no report');
    const { event } = entry;
    const broken = { ...event, auditID: 'broken', user: { ...event.user, username: 'here' } };
    const items = [7, { ...event, auditID: '', stageTimestamp: 'never' }, broken];
    const list = { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items };
    const [before = '', after = ''] = JSON.stringify(list).split('here');
    const body = Buffer.concat([Buffer.from(before), Buffer.of(0xff), Buffer.from(after)]);
    const post = () =>
      world
        .call({ method: 'POST', path, headers, body }, world.tokens.ingest)
        .then((answer) => answer.json());
    expect(await post()).toEqual({ ...none, stored: 2, unreadable: 1 });
    expect(await post()).toEqual({ ...none, known: 2, unreadable: 1 });
    const found = await world.listed('secret=spoilt&mark=unreadable');
    expect(found.map(({ user, auditId, marks }) => [user, auditId, marks]).toReversed()).toEqual([
      [event.user.username, expect.stringMatching(/^unreadable-/), ['bypassed', 'unreadable']],
      ['\u{fffd}', 'broken', ['bypassed', 'unreadable']],
    ]);
    const [batch] = await world.listed('action=audit.ingest&mark=unreadable');
    expect(batch).toMatchObject({ outcome: 'allowed', code: 200, unreadable: 1 });
    const alarms = world.installation.log.filter((line) => line.includes('could not be read'));
    expect(alarms).toHaveLength(1);
  });
});
