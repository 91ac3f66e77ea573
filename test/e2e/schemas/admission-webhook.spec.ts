import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { admissionLimits } from '../../../src/core/admission-limits.js';
import { changeLimits } from '../../support/changed-limits.js';
import { eventually } from '../../support/tokens-world.js';
import { AdmissionWorld, namespace, passwordKey, secretWith } from './admission-world.js';

const path = `/api/v1/namespaces/${namespace}/secrets`;
const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

interface WebhookConfiguration {
  readonly metadata: { readonly name: string };
  readonly webhooks: readonly object[];
}

let world: AdmissionWorld;

beforeAll(async () => {
  world = await AdmissionWorld.start();
  const shipped = parse(
    readFileSync('deploy/admission/webhook.yaml', 'utf8'),
  ) as WebhookConfiguration;
  const url = `${world.url}/validate`;
  const caBundle = Buffer.from(world.tls.ca).toString('base64');
  const webhooks = shipped.webhooks.map((webhook) => ({
    ...webhook,
    clientConfig: { url, caBundle },
  }));
  await world.installation.cluster.request('POST', configurations, { ...shipped, webhooks });
  // API servers take a configuration up after a moment.
  await eventually(async () => {
    const { status } = await write('DryRun', '');
    if (status !== 422) throw new Error(`the API server answers ${status}`);
  });
});
afterAll(async () => {
  await world?.installation.cluster.request('DELETE', `${configurations}/sallyport-secrets`);
  await world?.stop();
});

/** A write at the API server itself, as its administrator. */
function write(name: string, password: string) {
  const metadata = { ...secretWith('').metadata, name: name.toLowerCase() };
  const query = name === 'DryRun' ? '?dryRun=All' : '';
  const body = secretWith(password, { metadata });
  return world.installation.cluster.request('POST', `${path}${query}`, body);
}

async function statusOf(answer: ReturnType<typeof write>): Promise<number> {
  return (await answer).status;
}

describe('a Secret with too many keys', () => {
  changeLimits([admissionLimits], { reviewMembersMax: 100 });

  it('is refused by what the API server sends before it', async () => {
    const metadata = { ...secretWith('').metadata, name: 'wide', labels: {} };
    const keys = Array.from({ length: 100 }, (_, index) => [`k${index}`, '']);
    const body = secretWith('', { metadata, data: Object.fromEntries(keys) });
    const answer = await world.installation.cluster.request('POST', path, body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain('it has too many keys');
    const [event] = await world.events();
    expect(event).toMatchObject({ namespace, secret: 'wide', code: 422 });
  });
});

describe('a write past the gateway', () => {
  it('is refused by a schema, in its words, and is on record', async () => {
    const answer = await write('wrong', 'short');
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(
      `Secret \\"wrong\\" is invalid: data[${passwordKey}]: Invalid value: must have minLength 8`,
    );
    expect(JSON.stringify(answer.body)).not.toContain('short');
    const [event] = await world.events();
    expect(event).toMatchObject({ secret: 'wrong', keys: [passwordKey], code: 422 });
    expect(event?.onBehalfOf).not.toBe('');
  });

  it('passes if it is right, and its updates are checked as a whole', async () => {
    expect(await statusOf(write('right', 'long enough'))).toBe(201);
    const patch = (data: object) =>
      world.installation.cluster.request(
        'PATCH',
        `${path}/right`,
        { data },
        {
          headers: { 'content-type': 'application/merge-patch+json' },
        },
      );
    expect((await patch({ other: 'eA==' })).status).toBe(200);
    expect((await patch({ [passwordKey]: 'eA==' })).status).toBe(422);
    expect((await patch({ [passwordKey]: null })).status).toBe(422);
  });

  it.each([
    ['a value that is null', { data: { pad: null, [passwordKey]: 'eA==' } }],
    ['many empty keys', { data: { ...manyKeys(), [passwordKey]: 'eA==' } }],
    ['a type that is exempt', { type: 'helm.sh/release.v1' }],
  ])('is refused with %s', async (_case, more) => {
    const metadata = { ...secretWith('').metadata, name: 'padded' };
    const body = secretWith('x', { metadata, ...more });
    const answer = await world.installation.cluster.request('POST', path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(422);
  });

  it('is checked in an update whose annotations are long, and longer when they are escaped', async () => {
    const annotations = { long: '<'.repeat(250_000) };
    const metadata = { ...secretWith('').metadata, name: 'large', annotations };
    const filler = Buffer.alloc(1_000_000, 1).toString('base64');
    const data = { filler, [passwordKey]: Buffer.from('long enough').toString('base64') };
    const { cluster } = world.installation;
    const made = await cluster.request('POST', path, secretWith('', { metadata, data }));
    expect(made.status, JSON.stringify(made.body).slice(0, 500)).toBe(201);
    const patch = { data: { [passwordKey]: 'eA==' } };
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = await cluster.request('PATCH', `${path}/large`, patch, { headers });
    expect(answer.status).toBe(422);
  });

  it('of the end of a Secret passes, whatever its values are', async () => {
    const { cluster } = world.installation;
    const metadata = {
      ...secretWith('').metadata,
      name: 'ending',
      finalizers: ['example.com/held'],
    };
    const unlabelled = { ...metadata, labels: {} };
    await cluster.request('POST', path, secretWith('short', { metadata: unlabelled }));
    await cluster.request('DELETE', `${path}/ending`);
    const patch = { metadata: { finalizers: null, labels: secretWith('').metadata.labels } };
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = await cluster.request('PATCH', `${path}/ending`, patch, { headers });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  });

  it('passes while the gateway does not answer', async () => {
    await world.installation.gateway.stop();
    expect(await statusOf(write('unchecked', 'short'))).toBe(201);
  });
});

/** As many keys as the database of the cluster can store. */
function manyKeys(): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: 44_000 }, (_, index) => [`k${index}`, '']));
}
