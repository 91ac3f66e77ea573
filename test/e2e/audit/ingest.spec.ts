import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { annotation } from '../../../src/audit/domain/kubernetes-event.js';
import { CanaryScanner, newCanary } from '../../support/canary.js';
import { type Call, send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { eventOf } from '../../unit/audit/audit-builders.js';
import { IngestWorld, type StoredEntry } from './ingest-world.js';
import { AuditWriter } from '../../../src/audit/audit-writer.js';
import { IntentRecovery } from '../../../src/secrets/write/intent-recovery.service.js';
import { partOf } from '../../support/part-of.js';

const secrets = '/v1/namespaces/pay/secrets';
const direct = '/api/v1/namespaces/pay/secrets';
const gatewayAccount = 'system:serviceaccount:sallyport:sallyport';

let world: IngestWorld;

beforeAll(async () => {
  world = await IngestWorld.start();
});

afterAll(() => world?.stop());

const seed = (name: string) =>
  seedSecret(world.installation, 'pay', name, { a: `value-of-${name}`, b: 'value-of-other' });

const upstreamIds = ({ event }: StoredEntry) =>
  event.annotations[annotation.upstreamIds]?.split(',') ?? [];

/** What the cluster has reported of the calls that the gateway made for a Secret. */
function reportsOfOurs(secret: string): readonly StoredEntry[] {
  const entries = world.entriesOf(secret);
  const ids = new Set(entries.flatMap(upstreamIds));
  return entries.filter(({ source, event }) => source === 'cluster' && ids.has(event.auditID));
}

/** The same once they are there, as verbs in the order of the alphabet. */
async function reportedAs(
  secret: string,
  verbs: readonly string[],
): Promise<readonly StoredEntry[]> {
  const reported = () =>
    reportsOfOurs(secret)
      .map(({ event }) => event.verb)
      .toSorted();
  await expect.poll(reported, { timeout: 20_000, interval: 200 }).toEqual(verbs);
  return reportsOfOurs(secret);
}

describe('a Secret that is changed at the API server itself', () => {
  it('is in the trail with the true user, marked as not through the gateway', async () => {
    const create = ['create', 'secret', 'generic', 'direct', '--from-literal=a=value-of-direct'];
    await world.cluster.kubectl(['-n', 'pay', ...create]);
    const events = await world.listedOnce('secret=direct', 1);
    expect(events).toMatchObject([
      {
        user: 'kubernetes-admin',
        groups: ['system:masters', 'system:authenticated'],
        credentialId: expect.stringMatching(/^X509SHA256=/),
        action: 'secrets.create',
        outcome: 'allowed',
        code: 201,
        namespace: 'pay',
        source: 'cluster',
        sourceIp: '127.0.0.1',
        userAgent: expect.stringMatching(/^kubectl/),
        plane: 'none',
        keys: [],
        marks: ['bypassed'],
      },
    ]);
  });

  it('is found by its mark and its source, each event with every verb', async () => {
    await seed('verbs');
    const { cluster } = world;
    await cluster.request('GET', `${direct}/verbs`);
    await cluster.request('PATCH', `${direct}/verbs`, { stringData: { a: 'value-of-patch' } });
    await cluster.request('GET', `${direct}/verbs`, undefined, { token: world.tokens.app });
    await cluster.request('DELETE', `${direct}/verbs`);
    const found = await world.listedOnce('source=cluster&mark=bypassed&secret=verbs', 5);
    expect(found.map(({ action, outcome }) => [action, outcome]).toReversed()).toEqual([
      ['secrets.create', 'allowed'],
      ['secrets.reveal', 'allowed'],
      ['secrets.patch', 'allowed'],
      // A token for the gateway is none for the API server.
      ['secrets.reveal', 'denied'],
      ['secrets.delete', 'allowed'],
    ]);
    expect(await world.listed('source=gateway&secret=verbs')).toEqual([]);
  });

  it('is told of with the true user where that acts as somebody else', async () => {
    await seed('impersonated');
    const as = { 'impersonate-user': 'alice', 'impersonate-group': 'devs' };
    await world.cluster.request('GET', `${direct}/impersonated`, undefined, { headers: as });
    const [event] = await world.listedOnce('secret=impersonated&action=secrets.reveal', 1);
    expect(event).toMatchObject({ user: 'kubernetes-admin', outcome: 'denied', code: 403 });
    expect(event?.marks).toEqual(['bypassed', 'impersonated']);
    const stored = world.entriesOf('impersonated').at(-1);
    expect(stored?.event.impersonatedUser?.username).toBe('alice');
  });

  it.each([
    ['a path of most of a megabyte', 'alice', `${direct}/hidden?x=${'&'.repeat(900_000)}`],
    ['control characters in the name', 'bob', `${direct}/hidden%00%0a`],
  ])('cannot hide behind %s', async (_what, user, path) => {
    await world.cluster.request('GET', path, undefined, {
      headers: { 'impersonate-user': user, 'user-agent': user },
    });
    const reports = () => world.reports().filter(({ event }) => event.userAgent === user);
    await expect.poll(() => reports().length, { timeout: 20_000 }).toBe(1);
    expect(reports()[0]?.event.objectRef?.name).toMatch(/^hidden\u{fffd}*$/u);
  });

  it('is listed when a watch of it begins, and not again when that ends', async () => {
    const query = '?watch=true&timeoutSeconds=2&fieldSelector=metadata.name%3Dwatched';
    // What ends without an event is no JSON.
    const ended = world.cluster.request('GET', `${direct}${query}`).catch(() => undefined);
    await world.listedOnce('action=secrets.watch&secret=watched', 1);
    await ended;
    const stages = () => world.entriesOf('watched').map(({ stage, event }) => [stage, event.stage]);
    await expect.poll(stages, { timeout: 20_000 }).toEqual([
      ['single', 'ResponseStarted'],
      ['joined', 'ResponseComplete'],
    ]);
    expect(await world.listed('secret=watched')).toHaveLength(1);
  });
});

describe('a call through the gateway', () => {
  const json = (stringData: object) => ({ stringData });
  const at = (secret: string, rest: Partial<Call> = {}): Call => ({
    path: `${secrets}/${secret}`,
    ...rest,
  });
  const put = { method: 'PUT', body: json({ a: 'value-of-put' }) };
  const patch = { method: 'PATCH', body: json({ a: 'value-of-patch' }) };
  const putKey = { method: 'PUT', body: Buffer.from('value-of-key') };
  const calls: readonly (readonly [string, string, readonly string[], Call])[] = [
    ['read', 'read', ['get'], at('read')],
    ['read of metadata', 'meta', ['get'], at('meta/metadata')],
    ['PUT that replaces', 'put', ['get', 'update'], at('put', put)],
    ['PUT that creates', 'created', ['create', 'get'], at('created', put)],
    ['PATCH', 'patched', ['get', 'patch'], at('patched', patch)],
    ['DELETE', 'deleted', ['delete', 'get'], at('deleted', { method: 'DELETE' })],
    ['PUT of a key', 'key-put', ['get', 'patch'], at('key-put/keys/a', putKey)],
    ['read of a missing one', 'nothing', ['get'], at('nothing')],
  ];

  it.each(calls)('is listed once, as ours: %s', async (_what, secret, verbs, wish) => {
    if (!['created', 'nothing'].includes(secret)) await seed(secret);
    const answer = await world.call(wish);
    expect(answer.status, answer.text).toBeLessThan(405);
    const reports = await reportedAs(secret, verbs);
    for (const { stage, event } of reports) {
      expect([stage, event.user.username]).toEqual(['joined', gatewayAccount]);
    }
    const listed = await world.listed(`secret=${secret}&source=gateway`);
    expect(listed.map(({ auditId }) => auditId)).toEqual([answer.headers['audit-id']]);
    expect(await world.listed(`secret=${secret}&user=${gatewayAccount}`)).toEqual([]);
  });

  it('is listed once, as ours, also where the cluster denies it', async () => {
    await seed('denied');
    const answer = await world.call(at('denied'), world.tokens.stranger);
    expect(answer.status).toBe(403);
    await reportedAs('denied', ['get']);
    const listed = await world.listed('secret=denied&outcome=denied');
    expect(listed).toMatchObject([{ source: 'gateway', code: 403 }]);
  });

  it('is listed once, as ours, where the broker acts for the caller', async () => {
    const read = at('db/keys/password');
    expect((await world.call(read, world.tokens.keyed)).text).toBe('value-of-password');
    const [report] = await reportedAs('db', ['get']);
    const broker = 'system:serviceaccount:sallyport:sallyport-broker';
    expect(report?.event.impersonatedUser?.username).toBe(broker);
    expect(report?.stage).toBe('joined');
    const write = at('db/keys/password', { method: 'PUT', body: Buffer.from('value-of-broker') });
    expect((await world.call(write, world.tokens.keyed)).status).toBe(200);
    const reports = await reportedAs('db', ['get', 'get', 'patch']);
    expect(reports.map(({ stage }) => stage)).toEqual(['joined', 'joined', 'joined']);
    expect(await world.listed('secret=db&source=gateway')).toHaveLength(2);
  });

  it('is listed once, as ours, where its caller is a user with groups', async () => {
    await seed('carols');
    const bind = ['create', 'rolebinding', 'devs', '--role=pay-app', '--group=devs'];
    await world.cluster.kubectl(['-n', 'pay', ...bind]);
    const { ca } = world.tls;
    const organizations = ['ops', 'devs'];
    const certificate = await world.tls.client({ commonName: 'carol', organizations });
    const answer = await send(world.secureBase, { ...at('carols'), ca, certificate });
    expect(answer.status, answer.text).toBe(200);
    const [report] = await reportedAs('carols', ['get']);
    expect(report?.event.impersonatedUser).toMatchObject({ username: 'carol' });
    expect(report?.stage).toBe('joined');
  });

  it('is listed once, as ours: a list, also by a field selector', async () => {
    for (const query of ['', '?fieldSelector=metadata.name%3Ddb']) {
      const answer = await world.call({ path: `${secrets}${query}` });
      expect(answer.status, answer.text).toBe(200);
    }
    const isOfGateway = ({ event }: StoredEntry) =>
      event.user.username === gatewayAccount &&
      event.impersonatedUser?.username.startsWith('system:serviceaccount:pay:') === true &&
      event.verb === 'list';
    const reports = () => world.reports().filter(isOfGateway);
    await expect.poll(() => reports().length, { timeout: 20_000 }).toBe(2);
    expect(reports().map(({ stage }) => stage)).toEqual(['joined', 'joined']);
  });

  it('stands beside nothing of the gateway itself, which looks at its rights', async () => {
    expect(await world.listed(`source=cluster&user=${gatewayAccount}`)).toEqual([]);
  });
});

describe('a direct call with an id of the gateway', () => {
  it('is an event of its own, marked, with the Audit-ID that the caller was answered', async () => {
    await seed('answered');
    const { headers } = await world.call({ path: `${secrets}/answered` });
    const id = String(headers['audit-id']);
    await reportedAs('answered', ['get']);
    const options = { headers: { 'audit-id': id } };
    await world.cluster.request('GET', `${direct}/answered`, undefined, options);
    const [event] = await world.listedOnce('secret=answered&mark=audit-id-reused', 1);
    expect(event).toMatchObject({
      user: 'kubernetes-admin',
      action: 'secrets.reveal',
      auditId: id,
      source: 'cluster',
      marks: ['bypassed', 'audit-id-reused'],
    });
  });

  it('is one with the id of a call that the gateway made, also with its own token', async () => {
    await seed('stolen');
    await world.call({ path: `${secrets}/stolen` });
    const [report] = await reportedAs('stolen', ['get']);
    const id = report?.event.auditID ?? '';
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await world.cluster.createToken(account);
    const as = { 'audit-id': id, 'impersonate-user': 'system:serviceaccount:pay:app' };
    const { cluster } = world;
    await cluster.request('GET', `${direct}/stolen`, undefined, { token, headers: as });
    await cluster.request('GET', `${direct}/stolen`, undefined, { headers: { 'audit-id': id } });
    const found = await world.listedOnce('secret=stolen&mark=audit-id-reused', 2);
    expect(found.map(({ user, marks }) => [user, marks]).toReversed()).toEqual([
      [gatewayAccount, ['bypassed', 'audit-id-reused', 'gateway-account', 'impersonated']],
      ['kubernetes-admin', ['bypassed', 'audit-id-reused']],
    ]);
  });

  it('stands out where the token of the gateway is used behind its back', async () => {
    await seed('thief');
    const account = { namespace: 'sallyport', serviceAccount: 'sallyport' };
    const token = await world.cluster.createToken(account);
    const headers = { 'impersonate-user': 'system:serviceaccount:sallyport:sallyport-broker' };
    const read = await world.cluster.request('GET', `${direct}/thief`, undefined, {
      token,
      headers,
    });
    expect(read.status).toBe(200);
    const [event] = await world.listedOnce('secret=thief&mark=gateway-account', 1);
    expect(event?.marks).toEqual(['bypassed', 'gateway-account', 'impersonated']);
  });
});

describe('a look at what became of a write that a crash interrupted', () => {
  it('is no use of the gateway behind its back', async () => {
    await seed('crashed');
    const auditWriter = partOf(world.installation.gateway, AuditWriter);
    const recovery = partOf(world.installation.gateway, IntentRecovery);
    const facts = { action: 'secrets.update', secret: 'crashed' } as const;
    const json = JSON.stringify(eventOf({ stage: 'intent', facts, receivedAtMs: Date.now() }));
    await auditWriter.append({ json, stage: 'intent' });
    await recovery.run();
    const [report] = await reportedAs('crashed', ['get']);
    expect(report).toMatchObject({
      stage: 'joined',
      event: { impersonatedUser: { username: `${gatewayAccount}-broker` } },
    });
    const listed = await world.listedOnce('secret=crashed', 2);
    expect(listed.map(({ action, source, marks }) => [action, source, marks])).toEqual([
      // What has made it, reported a moment later.
      ['secrets.create', 'cluster', ['bypassed']],
      ['secrets.update', 'gateway', ['resolved']],
    ]);
  });
});

describe('a batch', () => {
  const reported = (entries: readonly StoredEntry[]) =>
    entries.filter(({ source }) => source === 'cluster').map(({ event }) => event);
  const none = { stored: 0, joined: 0, known: 0, notKept: 0, unreadable: 0 };
  const path = '/v1/audit/kubernetes-events';
  const headers = { 'content-type': 'application/json' };

  it('adds nothing when it comes again', async () => {
    await seed('again');
    await world.call({ path: `${secrets}/again` });
    await reportedAs('again', ['get']);
    await world.listedOnce('secret=again&source=cluster', 1);
    const before = world.entriesOf('again');
    const answer = await world.post(reported(before));
    const known = reported(before).length;
    expect(known).toBe(2);
    expect(answer.json()).toEqual({ ...none, known });
    expect(world.entriesOf('again')).toEqual(before);
  });

  it('is refused from whoever lacks the right, before a look at it', async () => {
    const forged = [{ stage: 'ResponseComplete' }];
    for (const token of [world.tokens.stranger, world.tokens.app, world.tokens.auditor]) {
      const answer = await world.post(forged, token);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('auditevents/ingest');
    }
    const denied = await world.listed('action=audit.ingest&outcome=denied');
    expect(denied.length).toBeGreaterThanOrEqual(3);
    expect((await world.post(forged)).json()).toMatchObject({ notKept: 1 });
  });

  it('leaves no value, whatever it brings', async () => {
    const canary = newCanary();
    const [scanner, base64] = [
      CanaryScanner.forParts(canary),
      Buffer.from(canary).toString('base64'),
    ];
    await seed('canary');
    await world.listedOnce('secret=canary', 1);
    const [event] = reported(world.entriesOf('canary'));
    if (event === undefined) throw new Error('no report');
    const answer = await world.post([
      {
        ...event,
        auditID: 'with-bodies',
        level: 'RequestResponse',
        requestURI: `${event.requestURI}?value=${encodeURIComponent(canary)}`,
        requestObject: { kind: 'Secret', stringData: { a: canary, ['__proto__']: canary } },
        responseObject: { kind: 'Secret', data: { a: base64 } },
        responseStatus: { code: 422, reason: 'Invalid', message: `bad: ${canary}`, details: {} },
        annotations: {
          'patch.webhook.admission.k8s.io/round_0_index_0': canary,
          'validation.policy.admission.k8s.io/validation_failure': canary,
          'sallyport.dev/reason': canary,
        },
        [canary]: canary,
      },
    ]);
    expect(answer.json()).toMatchObject({ stored: 1 });
    const [listed] = await world.listed('secret=canary&mark=bodies-dropped');
    expect(listed).toMatchObject({ code: 422, marks: ['bypassed', 'bodies-dropped'] });
    const { dataDir, log } = world.installation;
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      expect(scanner.find(bytes), file.name).toEqual([]);
    }
    expect(scanner.find(log.join('\n'))).toEqual([]);
  });

  it.each([
    ['of another kind', { kind: 'List', apiVersion: 'audit.k8s.io/v1', items: [] }, 422],
    ['without items', { kind: 'EventList', apiVersion: 'audit.k8s.io/v1' }, 422],
    ['that is no JSON', 'garbage', 400],
  ])('%s is refused, on record', async (_what, body, status) => {
    const answer = await world.call({ method: 'POST', path, headers, body }, world.tokens.ingest);
    expect(answer.status, answer.text).toBe(status);
    const [event] = await world.listed(`auditId=${answer.headers['audit-id']}`);
    expect(event).toMatchObject({ action: 'audit.ingest', outcome: 'failed', code: status });
  });

  it('is refused above ten megabytes, and only there, on record', async () => {
    const of = (bytes: number) => {
      const body = Buffer.alloc(bytes, 32);
      return world.call({ method: 'POST', path, headers, body }, world.tokens.ingest);
    };
    expect((await of(10 * 1024 * 1024)).status).toBe(400);
    expect((await of(10 * 1024 * 1024 + 1)).status).toBe(413);
    const [event] = await world.listed('action=audit.ingest&outcome=failed');
    expect(event).toMatchObject({ code: 413 });
  });
});
