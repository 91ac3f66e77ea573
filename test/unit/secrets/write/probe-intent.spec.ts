import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditFacts } from '../../../../src/audit/domain/audit-event.js';
import type { CallContext } from '../../../../src/core/call-context.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import type { StoredSecret } from '../../../../src/secrets/domain/secret.js';
import type { SecretHistory } from '../../../../src/secrets/domain/secret-history.js';
import { intentProbe } from '../../../../src/secrets/write/probe-intent.js';
import { eventOf, principal } from '../../audit/audit-builders.js';
import { storedSecret } from '../domain/secret.builder.js';

const receivedAtMs = Date.parse('2026-01-02T03:04:05.678Z');
const before = '2026-01-02T03:04:04Z';
const sameSecond = '2026-01-02T03:04:05Z';

type Times = 'createdAt' | 'updatedAt' | 'writtenHereAt' | 'writtenElsewhereAt';

interface Finding extends Partial<Pick<StoredSecret, Times>> {
  readonly isThere?: boolean;
  readonly isOnlyWrite?: boolean;
}

let attributed: Parameters<SecretHistory['attribute']>[] = [];
beforeEach(() => {
  attributed = [];
});

/** What becomes of an intent where the Secret is found like that. */
function judged(
  facts: Partial<AuditFacts>,
  finding: Finding,
  ctx: Partial<CallContext> = {},
): Promise<string> {
  const { isThere = true, isOnlyWrite = true, ...secret } = finding;
  const probe = intentProbe({
    read: () =>
      isThere
        ? Promise.resolve(storedSecret(secret))
        : Promise.reject(new SallyportError('NotFound', 'there is none')),
    isOnlyWrite: () => Promise.resolve(isOnlyWrite),
    history: { attribute: async (...given) => void attributed.push(given) },
  });
  const found = probe(eventOf({ stage: 'intent', facts, receivedAtMs, ctx }), []);
  return found.catch(() => 'unknown');
}

it.each(['secrets.update', 'secrets.patch'] as const)(
  '%s: is proved by what a gateway has written since',
  async (action) => {
    const createdAt = before;
    expect(await judged({ action }, { createdAt, writtenHereAt: sameSecond })).toBe('succeeded');
    expect(await judged({ action }, { createdAt, writtenHereAt: before })).toBe('unknown');
    expect(await judged({ action }, { createdAt, updatedAt: sameSecond })).toBe('unknown');
    expect(await judged({ action }, { isThere: false })).toBe('unknown');
  },
);

it('takes a create for proved only where the Secret is as new as that', async () => {
  const action = 'secrets.create';
  const writtenHereAt = sameSecond;
  expect(await judged({ action }, { createdAt: sameSecond, writtenHereAt })).toBe('succeeded');
  expect(await judged({ action }, { createdAt: before, writtenHereAt })).toBe('unknown');
  expect(await judged({ action }, { createdAt: sameSecond })).toBe('unknown');
  expect(await judged({ action }, { isThere: false })).toBe('unknown');
});

it('takes no delete for proved: a Secret that is not there may never have been', async () => {
  const action = 'secrets.delete';
  expect(await judged({ action }, { isThere: false })).toBe('unknown');
  expect(await judged({ action }, { writtenHereAt: sameSecond })).toBe('unknown');
});

it('takes a pull for proved, and no push: the Secret says nothing about a store', async () => {
  const finding = { createdAt: before, writtenHereAt: sameSecond };
  expect(await judged({ action: 'syncs.pull' }, finding)).toBe('succeeded');
  expect(await judged({ action: 'syncs.pull' }, { writtenHereAt: before })).toBe('unknown');
  expect(await judged({ action: 'syncs.push' }, finding)).toBe('unknown');
  expect(await judged({ action: 'syncs.push' }, { isThere: false })).toBe('unknown');
});

it('takes a delivery of a copy for proved, and its end not', async () => {
  const finding = { createdAt: before, writtenHereAt: sameSecond };
  expect(await judged({ action: 'imports.deliver' }, finding)).toBe('succeeded');
  expect(await judged({ action: 'imports.deliver' }, { writtenHereAt: before })).toBe('unknown');
  expect(await judged({ action: 'imports.deliver' }, { isThere: false })).toBe('unknown');
  expect(await judged({ action: 'imports.withdraw' }, finding)).toBe('unknown');
  expect(await judged({ action: 'imports.withdraw' }, { isThere: false })).toBe('unknown');
});

it('takes nothing for proved that another write may have left', async () => {
  const finding = { writtenHereAt: sameSecond, isOnlyWrite: false };
  expect(await judged({ action: 'secrets.update' }, finding)).toBe('unknown');
});

it('takes nothing for proved that another process may have written before the Secret was read', async () => {
  const trail: string[] = [];
  const probe = intentProbe({
    read: async () => {
      trail.push('a copy that a new process delivered');
      return storedSecret({ createdAt: before, writtenHereAt: sameSecond });
    },
    isOnlyWrite: async () => trail.length === 0,
    history: { attribute: async (...given) => void attributed.push(given) },
  });
  const facts = { action: 'imports.deliver' } as const;
  expect(await probe(eventOf({ stage: 'intent', facts, receivedAtMs }), [])).toBe('unknown');
  expect(attributed).toEqual([]);
});

it('takes no dry run for proved', async () => {
  const facts = { action: 'secrets.update', dryRun: true } as const;
  expect(await judged(facts, { writtenHereAt: sameSecond })).toBe('unknown');
});

it('judges the write of somebody who acts as somebody else no otherwise', async () => {
  const acting = { principal: principal('carol'), impersonator: principal() };
  const finding = { createdAt: before, writtenHereAt: sameSecond };
  const facts = { action: 'secrets.update' } as const;
  expect(await judged(facts, finding, acting)).toBe('succeeded');
  expect(await judged({ ...facts, dryRun: true }, finding, acting)).toBe('unknown');
});

describe('the version that a proven write led to', () => {
  const action = 'secrets.update';
  const proven = { createdAt: before, writtenHereAt: sameSecond };

  it('gets the author of the intent', async () => {
    const ctx = { changeReason: 'leaked', requestUri: '/graphql' };
    expect(await judged({ action }, proven, ctx)).toBe('succeeded');
    const [[, author, origin] = []] = attributed;
    const { username, credentialId } = principal();
    expect(author).toMatchObject({
      ...{ door: 'graphql', changeReason: 'leaked', auditId: expect.any(String) as string },
      principal: { username, credentialId },
    });
    expect(origin).toBeUndefined();
  });

  it('says that it was a restore', async () => {
    await judged({ action: 'versions.restore' }, proven);
    expect(attributed[0]?.[2]).toEqual({ door: 'restore' });
  });

  it('says that it came from a share, on behalf of the author of the import', async () => {
    await judged({ action: 'imports.deliver' }, proven, { onBehalfOf: 'alice' });
    const [[, author, origin] = []] = attributed;
    expect([author?.onBehalfOf, origin]).toEqual(['alice', { door: 'share' }]);
  });

  it('stays as it is if somebody else wrote last, or could have', async () => {
    await judged({ action }, { ...proven, writtenElsewhereAt: sameSecond });
    await judged({ action }, { ...proven, isOnlyWrite: false });
    await judged({ action }, { createdAt: before, writtenHereAt: before });
    expect(attributed).toEqual([]);
  });
});
