import { describe, expect, it } from 'vitest';
import { kinds } from '../../../../../src/schemas/domain/kinds/kinds.js';
import { scaled } from '../../../../support/scale.js';
import { mutated, randomFrom, samples } from './fuzzed-values.js';
import { reasonsOf } from './verdict.js';

const SEED = 20_260_101;
const MUTATIONS = scaled(6_000, 300);
const REASON_CHARACTERS_MAX = 400;
const context = { nowMs: Date.UTC(2030, 0), password: 'changeit' };

describe('every kind', () => {
  it('has a sample', () => expect(Object.keys(samples).sort()).toEqual([...kinds.keys()].sort()));

  it.each([...kinds])('answers any change of its values with short reasons: %s', (name, kind) => {
    const random = randomFrom(SEED);
    const given = (samples[name] ?? []).map((sample) => Buffer.from(sample));
    for (let count = 0; count < MUTATIONS; count += 1) {
      const sample = given[count % given.length] ?? Buffer.alloc(0);
      const bytes = mutated(sample, random).subarray(0, kind.bytesMax);
      const reasons = reasonsOf(name, bytes, context);
      const isWrong = (reason: unknown): boolean =>
        typeof reason !== 'string' || reason === '' || reason.length >= REASON_CHARACTERS_MAX;
      expect(reasons.filter(isWrong), bytes.toString('base64')).toEqual([]);
    }
  });
});
