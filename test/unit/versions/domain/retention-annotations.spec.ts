import { describe, expect, it } from 'vitest';
import { ageMs, retentionOf } from '../../../../src/versions/domain/retention-annotations.js';

const DAY_MS = 86_400_000;
const LIMIT = 'sallyport.dev/history-limit';
const AGE = 'sallyport.dev/history-max-age';
const configured = { versionsMax: 20, ageMsMax: 30 * DAY_MS, namespaceBytesMax: 1_000 };

describe('what is kept of a history', () => {
  it.each([
    ['what is configured', {}, {}, [20, 30]],
    ['fewer, by the Secret', { [LIMIT]: '5', [AGE]: '1w' }, {}, [5, 7]],
    ['fewer, by the namespace', {}, { [LIMIT]: '3', [AGE]: '2d' }, [3, 2]],
    ['as the Secret says, over its namespace', { [LIMIT]: '5' }, { [LIMIT]: '3' }, [5, 30]],
    ['no more than is configured', { [LIMIT]: '900', [AGE]: '99w' }, {}, [20, 30]],
    ['what is configured, for texts that say nothing', { [LIMIT]: '0', [AGE]: 'x' }, {}, [20, 30]],
    ['the same for signs and spaces', { [LIMIT]: '-1', [AGE]: ' 1d' }, {}, [20, 30]],
  ])('is %s', (_, secret, namespace, [versionsMax = 0, days = 0]) => {
    const kept = retentionOf(configured, { ...secret }, { ...namespace });
    expect(kept).toEqual({ versionsMax, ageMsMax: days * DAY_MS, namespaceBytesMax: 1_000 });
  });

  it('has no age where neither configuration nor annotation names one', () => {
    const ageless = { ...configured, ageMsMax: undefined };
    expect(retentionOf(ageless, {}, {}).ageMsMax).toBeUndefined();
    expect(retentionOf(ageless, { [AGE]: '1d' }, {}).ageMsMax).toBe(DAY_MS);
  });
});

describe('an age', () => {
  it.each([
    ['90s', 90_000],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['1w', 7 * DAY_MS],
    ['0d', undefined],
    ['1y', undefined],
    ['', undefined],
  ])('%s is %s ms', (text, expected) => {
    expect(ageMs(text)).toBe(expected);
  });
});
