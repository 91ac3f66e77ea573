import { beforeEach, describe, expect, it } from 'vitest';
import { Principal } from '../../../../src/core/principal.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { parseEntityTags } from '../../../../src/secrets/domain/etag.js';
import { NoHistory } from '../../../../src/secrets/domain/secret-history.js';
import type { SecretPatch } from '../../../../src/secrets/domain/secret.store.js';
import { deleteMember, putMember } from '../../../../src/secrets/write/key-members.js';
import type { WriteCall, WriteOptions } from '../../../../src/secrets/write/write-call.js';
import { NoChecks } from '../no-checks.js';
import { storedSecret } from '../domain/secret.builder.js';

const ref = { namespace: 'shop', name: 'database' };
const of = (text: string) => SecretValue.fromBytes(Buffer.from(text));
const body = (text: string, isJson = false) => ({ value: of(text), isJson });
const at = (pointer: string) => ({ key: 'a.json', pointer });

let document: string;
/** Documents that were sent to the cluster. */
let sent: string[];
let charged: number;
/** Writes of others that come between a read and the write after it. */
let races: number;
let denied: boolean;

beforeEach(() => {
  document = '{"a":[1],"b":"old"}';
  sent = [];
  charged = 0;
  races = 0;
  denied = false;
});

const present = () => storedSecret({ data: new Map([['a.json', of(document)]]) });

function call(options: Partial<WriteOptions> = {}, afterUnknown = false): WriteCall {
  const require = async () => {
    if (denied) throw new SallyportError('Forbidden', 'you may not');
    return { right: { verb: 'get', resource: 'secrets' }, reason: '' };
  };
  const access = { require, decide: async () => ({ allowed: true }) };
  const served = {
    requireReachable: () => undefined,
    requireServed: () => undefined,
    isServed: () => true,
  };
  const store = {
    get: async () => present(),
    patch: async (_call: unknown, _ref: unknown, patch: SecretPatch) => {
      if (races > 0) {
        races -= 1;
        document = document.replace('{', `{"race${races}":1,`);
        throw new SallyportError('Conflict', 'the object has been modified', { status: 409 });
      }
      const { data } = (patch as unknown as { document: { data: Record<string, string> } })
        .document;
      document = Buffer.from(data['a.json'] ?? '', 'base64').toString();
      sent.push(document);
      return present();
    },
  };
  const principal = Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'one' });
  const parts = {
    ctx: { principal, charge: (count: number) => (charged += count) },
    access: { ...access, tracedBy: () => access },
    ...{ served, store, afterUnknown, rules: { allowClusterCredentials: false } },
    history: new NoHistory(),
    checks: new NoChecks(),
    trace: { upstreamIds: [], plane: 'none' },
    options: { dryRun: false, ...options },
  };
  return parts as unknown as WriteCall; // the write uses only these
}

const stale = { ifMatch: parseEntityTags('If-Match', '"other.1"') };

it('a write counts as several requests, and each further try as well', async () => {
  await putMember(call(), ref, at('/b'), body('new'));
  expect([sent, charged]).toEqual([['{"a":[1],"b":"new"}'], 15]);
  races = 1;
  await putMember(call(), ref, at('/b'), body('newer'));
  expect(document).toBe('{"race0":1,"a":[1],"b":"newer"}');
  expect(charged).toBe(15 + 15 + 16);
});

it('a write that others overtake three times changes nothing', async () => {
  races = 3;
  const written = putMember(call(), ref, at('/b'), body('new'));
  await expect(written).rejects.toMatchObject({ code: 'Conflict' });
  expect(sent).toEqual([]);
});

it('without the right to read, the body is not parsed', async () => {
  denied = true;
  const written = putMember(call(), ref, at('/b'), body('not JSON', true));
  await expect(written).rejects.toMatchObject({ code: 'Forbidden' });
});

it('a line feed at the end of a string is a warning', async () => {
  const outcome = await putMember(call(), ref, at('/b'), body('new\n'));
  expect(outcome.value.warnings).toEqual([expect.stringContaining('line feed')]);
});

it('other work runs before a document is read a second time', async () => {
  let isDone = false;
  setImmediate(() => {
    isDone = true;
  });
  const isNew = { ifNoneMatch: parseEntityTags('If-None-Match', '*') };
  await putMember(call(isNew), ref, at('/fresh'), body('new'));
  expect(isDone).toBe(true);
});

describe('a repetition after an unknown outcome', () => {
  it('writes nothing if the earlier attempt did', async () => {
    document = '{"b":"new"}';
    await putMember(call({ ifNoneMatch: stale.ifMatch }, true), ref, at('/b'), body('new'));
    await putMember(call(stale, true), ref, at('/b'), body('new'));
    await deleteMember(call(stale, true), ref, at('/c'));
    expect(sent).toEqual([]);
  });

  it('obeys If-Match if the earlier attempt did not', async () => {
    const put = putMember(call(stale, true), ref, at('/b'), body('new'));
    await expect(put).rejects.toMatchObject({ status: 412 });
    const removed = deleteMember(call(stale, true), ref, at('/b'));
    await expect(removed).rejects.toMatchObject({ status: 412 });
    expect(sent).toEqual([]);
  });

  it('neither appends again nor removes another member', async () => {
    const put = putMember(call({}, true), ref, at('/a/-'), body('2', true));
    await expect(put).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    const removed = deleteMember(call({}, true), ref, at('/a/0'));
    await expect(removed).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(sent).toEqual([]);
  });
});
