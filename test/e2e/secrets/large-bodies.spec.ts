import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Call, send } from '../../support/raw-http.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

const secrets = '/v1/namespaces/pay/secrets';
const facade = '/kubernetes/api/v1/namespaces/pay/secrets';
/** No base64: whoever may write hears so, after it was decoded. */
const wrong = 'x'.repeat(limits.smallBodyBytesMax + 1);
const manyWrong = Object.fromEntries(
  Array.from({ length: limits.jsonMembersFree + 1 }, (_, index) => [`k${index}`, '*']),
);
const patch = (type: string, body: object): Call => ({
  ...{ method: 'PATCH', path: `${secrets}/db`, headers: { 'content-type': type }, body },
});

const writes: readonly (readonly [string, Call])[] = [
  ['POST', { method: 'POST', path: secrets, body: { name: 'db', data: { a: wrong } } }],
  ['PUT', { method: 'PUT', path: `${secrets}/db`, body: { data: { a: wrong } } }],
  ['PUT of many keys', { method: 'PUT', path: `${secrets}/db`, body: { data: manyWrong } }],
  ['PATCH', patch('application/merge-patch+json', { data: { a: wrong } })],
  [
    'kubectl create',
    {
      ...{ method: 'POST', path: facade, headers: { 'content-type': 'application/json' } },
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { a: wrong } },
    },
  ],
];

let installation: TestInstallation;
let base: string;
let stranger: string;
let owner: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  stranger = await installation.user('pay', 'stranger', []);
  owner = await installation.user('pay', 'owner', [allOfSecrets]);
});
afterAll(() => installation.stop());

describe('a large body of a write', () => {
  it.each(writes)('is not decoded for a caller without the right: %s', async (_what, call) => {
    const refused = await send(base, { ...call, token: stranger });
    expect(refused.status, refused.text).toBe(403);
    const invalid = await send(base, { ...call, token: owner });
    expect([400, 422]).toContain(invalid.status);
    const auditId = String(refused.headers['audit-id']);
    const { items } = await partOf(installation.gateway, AuditService).list(
      { auditId },
      { limit: 2 },
    );
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      ...{ outcome: 'denied', code: 403, namespace: 'pay' },
      action: expect.stringMatching(/^secrets\.(create|update|patch)$/),
    });
  });
});
