import { describe, expect, it } from 'vitest';
import { schemaLimits } from '../../../../src/core/schema-limits.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import {
  completedPlan,
  isCreatedBy,
  missingKeys,
} from '../../../../src/secrets/domain/generated-keys.js';
import { planCreate } from '../../../../src/secrets/domain/replace-plan.js';
import type { ValueMakers } from '../../../../src/secrets/domain/secret-checks.js';
import { manifest, marker, pointers, refusal, storedSecret, values } from './secret.builder.js';

const made = SecretValue.fromBytes(Buffer.from(marker));
const makersOf = (...keys: readonly string[]): ValueMakers =>
  new Map(keys.map((key) => [key, () => made]));
const planOf = (entries: Readonly<Record<string, string | Uint8Array>>) =>
  planCreate(manifest({ data: values(entries) }), { allowClusterCredentials: false });

describe('the keys that a request lacks', () => {
  it('are those that schemas generate and it does not contain, sorted', () => {
    expect(missingKeys(makersOf('c', 'b', 'a'), values({ b: '' }))).toEqual(['a', 'c']);
  });
});

describe('the plan of a creation', () => {
  it('gets a value for each key that it lacks, and keeps those that it has', () => {
    const plan = completedPlan(planOf({ user: 'app' }), makersOf('user', 'password'));
    expect(plan.generatedKeys).toEqual(['password']);
    expect(plan.changes.added).toEqual(['password', 'user']);
    expect(plan.manifest.data.get('password')).toBe(made);
    expect(plan.manifest.data.get('user')?.revealText()).toBe('app');
  });

  it('stays as it is if it lacks none', () => {
    const plan = planOf({ user: 'app' });
    expect(completedPlan(plan, makersOf('user'))).toEqual({ ...plan, generatedKeys: [] });
  });

  it('is refused if together with what is generated it is too large', () => {
    const full = planOf({ blob: new Uint8Array(1_048_576 - marker.length) });
    expect(completedPlan(full, makersOf('a')).generatedKeys).toEqual(['a']);
    expect(refusal(() => completedPlan(full, makersOf('a', 'b'))).code).toBe('TooLarge');
  });

  it('is refused if it lacks more keys than the gateway generates', () => {
    const names = Array.from({ length: schemaLimits.generatedKeysMax + 1 }, (_, at) => `k${at}`);
    expect(pointers(() => completedPlan(planOf({}), makersOf(...names)))).toEqual(['/data']);
    const sent = planOf({ k0: '' });
    expect(completedPlan(sent, makersOf(...names)).generatedKeys).toHaveLength(
      schemaLimits.generatedKeysMax,
    );
  });
});

describe('a stored Secret', () => {
  const stored = storedSecret({
    data: values({ user: 'app', password: 'first' }),
    writtenHereAt: '2026-01-01T00:00:00Z',
  });
  const sent = (user: string) => manifest({ data: values({ user, password: 'second' }) });

  it('is the result of an earlier attempt, whichever value that generated', () => {
    expect(isCreatedBy(stored, sent('app'), ['password'])).toBe(true);
    const alone = manifest({ data: values({ user: 'app' }) });
    expect(isCreatedBy(stored, alone, ['password'])).toBe(true);
    expect(isCreatedBy(stored, alone, ['password', 'id'])).toBe(false);
  });

  it('is not, if a value that was sent differs, or a key, or the type', () => {
    expect(isCreatedBy(stored, sent('root'), ['password'])).toBe(false);
    expect(isCreatedBy(stored, sent('app'), [])).toBe(false);
    const more = { ...stored, data: values({ user: 'app', password: 'first', more: '' }) };
    expect(isCreatedBy(more, sent('app'), ['password'])).toBe(false);
    const other = { ...sent('app'), type: 'example.com/x' };
    expect(isCreatedBy(stored, other, ['password'])).toBe(false);
  });

  it('is not, if another client wrote the generated key last', () => {
    const since = { ...stored, writtenElsewhereAt: '2026-01-02T00:00:00Z' };
    expect(isCreatedBy(since, sent('app'), ['password'])).toBe(false);
    const same = manifest({ data: stored.data });
    expect(isCreatedBy(since, same, [])).toBe(true);
  });
});
