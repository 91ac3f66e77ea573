import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import { allOfSecrets } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import { SecretsWorld } from '../../support/secrets-world.js';

let world: SecretsWorld<'owner'>;
let url: string;
let admin: string;
let other: string;
let kubectl: string;

const labels = { 'sallyport.dev/schema': 'slow' };
const names = Array.from({ length: 20 }, (_, at) => `k${at}`);
const alternatives = Array.from({ length: 100 }, (_, at) => ({ const: `none-${at}` }));
const key = { format: 'json', schema: { items: { anyOf: alternatives } } };
/** The check of these values takes hundreds of milliseconds, so that little else counts. */
const list = JSON.stringify(Array.from({ length: 180 }, (_, at) => at));
const slowValues = Object.fromEntries(names.map((name) => [name, list]));
const spec = {
  appliesTo: { label: 'slow' },
  mode: 'warn',
  keys: Object.fromEntries(names.map((name) => [name, key])),
};

beforeAll(async () => {
  world = await SecretsWorld.start('schemas', ['owner']);
  [url = ''] = await world.installation.gateway.listen();
  admin = await world.installation.clusterUser('schemas', 'admin', [
    { verbs: ['*'], apiGroups: ['sallyport.dev'], resources: ['secretschemas'] },
    { verbs: ['list'], resources: ['secrets'] },
  ]);
  other = await world.installation.user('schemas', 'other', [allOfSecrets]);
  kubectl = await world.installation.user('schemas', 'kubectl', [allOfSecrets]);
  const path = '/v1/schemas/slow';
  const { status } = await send(url, { method: 'PUT', path, token: admin, body: spec });
  if (status !== 201) throw new Error(`the schema was not created: ${status}`);
});
afterAll(() => world?.stop());

/** Sends more checks than may wait; resolves with what each came to. */
function flood(sendOne: () => Promise<{ readonly text: string }>): Promise<readonly string[]> {
  const answers = Array.from({ length: schemaLimits.checksWaitingMax + 6 }, async () => {
    const { text } = await sendOne();
    if (text.includes('too many checks of values at once')) return 'refused';
    return text.includes('breaks anyOf') ? 'checked' : text;
  });
  return Promise.all(answers);
}

const dryRun = (token: string) =>
  send(url, {
    method: 'POST',
    path: '/v1/namespaces/schemas/secrets?dryRun=All',
    token,
    body: { name: 'rehearsed', labels, stringData: slowValues },
  });

describe('long checks of one caller', () => {
  it('wait in limited number, and delay nobody else', async () => {
    let isOver = false;
    const all = flood(() => dryRun(world.tokens.owner)).finally(() => (isOver = true));
    expect((await dryRun(other)).status).toBe(201);
    expect(isOver).toBe(false);
    const statuses = await all;
    expect(new Set(statuses)).toEqual(new Set(['checked', 'refused']));
    const checked = statuses.filter((one) => one === 'checked');
    expect(checked.length).toBeGreaterThan(schemaLimits.checksWaitingMax);
  });

  it('wait likewise over kubectl', async () => {
    let number = 0;
    const path = '/kubernetes/api/v1/namespaces/schemas/secrets';
    const all = await flood(async () => {
      const metadata = { name: `slow-${(number += 1)}`, labels };
      const body = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: slowValues };
      const answer = await send(url, { method: 'POST', path, token: kubectl, body });
      return { text: `${String(answer.headers['warning'])} ${answer.text}` };
    });
    expect(new Set(all)).toEqual(new Set(['checked', 'refused']));
  });

  it('wait likewise if a schema only judges values', async () => {
    const path = '/v1/schemas/slow/validate';
    const body = { stringData: slowValues };
    const all = await flood(() => send(url, { method: 'POST', path, token: admin, body }));
    expect(new Set(all)).toEqual(new Set(['checked', 'refused']));
  });
});
