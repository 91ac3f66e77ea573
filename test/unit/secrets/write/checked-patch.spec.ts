import { describe, expect, it, vi } from 'vitest';
import type { CheckSubject } from '../../../../src/secrets/domain/secret-checks.js';
import type { SecretPatch } from '../../../../src/secrets/domain/secret.store.js';
import { checkedPatch } from '../../../../src/secrets/write/checked-patch.js';
import type { WriteCall } from '../../../../src/secrets/write/write-call.js';
import { storedSecret } from '../domain/secret.builder.js';
import { NoChecks } from '../no-checks.js';

class Checks extends NoChecks {
  readonly #hasOwnSchemas: boolean;

  constructor(hasOwnSchemas: boolean) {
    super();
    this.#hasOwnSchemas = hasOwnSchemas;
  }

  override get hasOwnSchemas(): boolean {
    return this.#hasOwnSchemas;
  }

  override schemasOf({ labels }: CheckSubject): ReadonlySet<string> {
    return new Set(Object.values(labels));
  }
}

const free = storedSecret({ labels: {}, resourceVersion: '7' });
const labelled = { ...free, labels: { 'sallyport.dev/schema': 'login' } };
const data = { password: 'eA==' };
const merge = (metadata?: object): SecretPatch => ({
  kind: 'merge',
  document: { data, ...(metadata && { metadata }) },
});

function patching({ hasOwnSchemas = false, before = free, patch = merge() } = {}) {
  const rehearse = vi.fn(() => Promise.resolve({ ...before, resourceVersion: '9' }));
  const call = {
    ctx: {},
    checks: new Checks(hasOwnSchemas),
    options: { dryRun: false },
    store: { patch: rehearse },
  } as unknown as WriteCall; // what the function uses of a call
  const given = { ref: before, before, patch, touched: ['password'], as: 'caller' } as const;
  const checked = checkedPatch(call, { ...given, mayRead: () => Promise.resolve(true) });
  return { checked, rehearse };
}

describe('a patch of a Secret without a schema', () => {
  it('is sent as it is if the cluster has no schemas', async () => {
    const { checked, rehearse } = patching();
    expect(await checked).toEqual({
      patch: merge(),
      warnings: [],
      namingWarnings: [],
      isGuarded: false,
    });
    expect(rehearse).not.toHaveBeenCalled();
  });

  it('is for the state that was seen if a label could make a schema apply', async () => {
    const patch = merge({ resourceVersion: '7' });
    const expected = { patch, warnings: [], namingWarnings: [], isGuarded: true };
    expect(await patching({ hasOwnSchemas: true }).checked).toEqual(expected);
  });
});

it('a patch for a state that the body names is sent as it is', async () => {
  const patch = merge({ resourceVersion: '7' });
  const expected = { patch, warnings: [], namingWarnings: [], isGuarded: false };
  expect(await patching({ hasOwnSchemas: true, patch }).checked).toEqual(expected);
  expect(await patching({ before: labelled, patch }).checked).toEqual(expected);
});
