import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
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

  it('passes while the gateway does not answer', async () => {
    await world.installation.gateway.stop();
    expect(await statusOf(write('unchecked', 'short'))).toBe(201);
  });
});
