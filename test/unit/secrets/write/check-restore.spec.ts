import { expect, it } from 'vitest';
import { checkRestore } from '../../../../src/secrets/write/check-restore.js';
import type { Finding } from '../../../../src/secrets/domain/secret-checks.js';
import { callContext } from '../../audit/audit-builders.js';
import { manifest, values } from '../domain/secret.builder.js';
import { NoChecks } from '../no-checks.js';

const finding = (isEnforced: boolean): Finding => ({
  schema: 'login',
  isEnforced,
  isOfEachWrite: false,
  keys: ['password'],
  error: { pointer: '/data/password', reason: 'must have minLength 12' },
});

class Checks extends NoChecks {
  readonly counted: Finding[] = [];
  readonly #found: readonly Finding[];

  constructor(found: Finding) {
    super();
    this.#found = [found];
  }

  override findings(): readonly Finding[] {
    return this.#found;
  }

  override findingsFor(): Promise<readonly Finding[]> {
    return Promise.resolve(this.#found);
  }

  override count(concerning: readonly Finding[]): void {
    this.counted.push(...concerning);
  }
}

function restoring(checks: Checks, mayReadValues: boolean) {
  const options = { dryRun: false } as Parameters<typeof checkRestore>[0]['options'];
  const changes = { added: ['password'], changed: [], removed: [] };
  const after = manifest({ data: values({ password: 'short' }) });
  const plan = { manifest: after, changes } as unknown as Parameters<
    typeof checkRestore
  >[2]['plan'];
  const call = { ctx: callContext(), checks, options };
  return checkRestore(call, undefined, { plan, content: { mayReadValues } });
}

it('warns of broken rules, and counts them, if its caller may read the values', async () => {
  const checks = new Checks(finding(false));
  const warning = 'schema login: /data/password must have minLength 12';
  expect(await restoring(checks, true)).toEqual([warning]);
  expect(checks.counted).toHaveLength(1);
});

it('shows and counts no warning otherwise: the counts are public', async () => {
  const checks = new Checks(finding(false));
  expect(await restoring(checks, false)).toEqual([]);
  expect(checks.counted).toEqual([]);
});

it('says which rule refuses it only to a caller who may read the values', async () => {
  const refusal = restoring(new Checks(finding(true)), true);
  await expect(refusal).rejects.toMatchObject({ errors: [{ pointer: '/data/password' }] });
  const hidden = restoring(new Checks(finding(true)), false);
  await expect(hidden).rejects.toMatchObject({
    errors: [{ pointer: '/version', reason: 'the version breaks a rule of a schema' }],
  });
});
