import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { eventually } from '../../support/tokens-world.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

interface Failure {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly extensions: { readonly code: string; readonly status: number };
}
interface Result {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors?: readonly Failure[];
}

const names = ['c0', 'c1', 'c2', 'c3'];
/** Six bytes as JSON for each. */
const controls = '\u0001'.repeat(1024 * 1024 - 16);
const aliases = Array.from({ length: 8 }, (_, index) => `a${index}`);
/** Room for names, ids and errors. */
const answerBytesMax = limits.valuesBytesMax + 256 * 1024;

let installation: TestInstallation;
let base: string;
let token: string;

beforeAll(async () => {
  installation = await TestInstallation.start();
  [base = ''] = await installation.gateway.listen();
  await installation.serve('pay');
  token = await installation.user('pay', 'app', [allOfSecrets]);
  for (const name of [...names, 'small']) {
    const value = name === 'small' ? 'hello' : controls;
    const data = { k: Buffer.from(value).toString('base64') };
    const annotations = { note: '\u0001'.repeat(200 * 1024) };
    const metadata = { name, ...(name === 'c0' && { annotations }) };
    await installation.cluster.request('POST', '/api/v1/namespaces/pay/secrets', {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata, data },
    });
  }
  await eventually(async () => {
    if ((await query('{ secret(namespace: "pay", name: "small") { value(key: "k") } }')).errors)
      throw new Error('not to be read yet');
  });
});
// Each has the bytes of a user of its own.
let users = 0;
beforeEach(async () => {
  users += 1;
  token = await installation.user('pay', `app${users}`, [allOfSecrets]);
});
afterAll(() => installation.stop());

async function post(text: string, variables: object = {}): Promise<Answer> {
  const body = { query: text, variables };
  return send(base, { method: 'POST', path: '/graphql', token, body });
}

async function query(text: string): Promise<Result> {
  let answer = await post(text);
  // A machine that is busy with other things may be too slow for the audit log.
  for (let again = 0; answer.status === 503 && again < 10; again += 1) answer = await post(text);
  expect(answer.status).toBe(200);
  expect(answer.bytes.byteLength).toBeLessThan(answerBytesMax);
  return answer.json<Result>();
}

const byName = (selected: string) =>
  `secretsByName(namespace: "pay", names: ${JSON.stringify(names)}) { ${selected} }`;

describe('an answer of GraphQL', () => {
  it.each([
    ['aliases of a list by name', aliases.map((a) => `${a}: ${byName('values { key text }')}`)],
    ['aliases of a key', aliases.map((a) => `${a}: ${byName('value(key: "k")')}`)],
    [
      'aliases of a Secret',
      aliases.map((a) => `${a}: secret(namespace: "pay", name: "c1") { value(key: "k") }`),
    ],
    [
      'strong reads',
      aliases.map(
        (a) =>
          `${a}: secret(namespace: "pay", name: "c1", consistency: STRONG) { values { text } }`,
      ),
    ],
    [
      'aliases in a Secret, in both encodings',
      aliases
        .map((a, at) => {
          const inside = `${a}: value(key: "k", encoding: ${at % 2 === 0 ? 'TEXT' : 'BASE64'})`;
          return at === 0 ? `secret(namespace: "pay", name: "c1") { ${inside}` : inside;
        })
        .concat('}'),
    ],
  ])('has at most 8 MiB of values, over %s', async (_what, fields) => {
    const { errors = [] } = await query(`{ ${fields.join(' ')} }`);
    expect(errors.length).toBeGreaterThan(0);
    for (const { message, path, extensions } of errors) {
      expect(message).toBe('the answer has more than 8 MiB: ask for less');
      expect(extensions).toMatchObject({ code: 'TooLarge', status: 413 });
      expect(path[0]).toMatch(/^(?:a\d+|secret)$/);
    }
  });

  it('has at most 8 MiB of metadata', async () => {
    const fields = aliases.map((a) => `${a}: secrets { nodes { name annotations } }`);
    // The tests before may have used up what a caller may receive in a second.
    await vi.waitFor(
      async () => {
        const { errors = [], data } = await query(`{ ${fields.join(' ')} }`);
        expect(errors.map(({ extensions }) => extensions.code)).toContain('TooLarge');
        expect(data['a0']).not.toBeNull();
      },
      { timeout: 20_000, interval: 1_000 },
    );
  });

  it('still has what fits, and what came before', async () => {
    const { data, errors } = await query(
      `{ a: secret(namespace: "pay", name: "c2") { value(key: "k") }
         viewer { username } }`,
    );
    expect(errors).toBeUndefined();
    expect(data['a']).toEqual({ value: controls });
  });

  it('puts on record what it did not show as failed, and not as revealed', async () => {
    await query(`{ ${aliases.map((a) => `${a}: ${byName('value(key: "k")')}`).join(' ')} }`);
    const { items } = await partOf(installation.gateway, AuditService).list(
      { secret: 'c3' },
      { limit: 20 },
    );
    const [last] = items;
    expect(last).toMatchObject({ action: 'secrets.reveal', outcome: 'failed', code: 413 });
  });
});

describe('/values', () => {
  it('is bounded as it is written', async () => {
    const path = '/v1/namespaces/pay/values?secret=c1&secret=c2';
    expect(await send(base, { path, token })).toMatchObject({ status: 413 });
    expect(await send(base, { path: `${path}&encoding=base64`, token })).toMatchObject({
      status: 200,
    });
  });
});
