import { describe, expect, it } from 'vitest';
import { ageMs, retentionOf } from '../../../../src/versions/domain/retention-annotations.js';
import { roomy } from './version.builder.js';

const DAY_MS = 86_400_000;
const LIMIT = 'sallyport.dev/history-limit';
const AGE = 'sallyport.dev/history-max-age';
const configured = { ...roomy, versionsMax: 20, ageMsMax: 30 * DAY_MS };

describe('what annotations ask of a history', () => {
  it.each([
    ['nothing, where there are none', {}, {}, [undefined, undefined]],
    ['fewer, by the Secret', { [LIMIT]: '5', [AGE]: '1w' }, {}, [5, 7]],
    ['fewer, by the namespace', {}, { [LIMIT]: '3', [AGE]: '2d' }, [3, 2]],
    ['as the Secret says, over its namespace', { [LIMIT]: '5' }, { [LIMIT]: '3' }, [5, undefined]],
    ['more, which changes nothing', { [LIMIT]: '900', [AGE]: '99w' }, {}, [900, 693]],
    ['nothing, by texts that say nothing', { [LIMIT]: '0', [AGE]: 'x' }, {}, []],
    ['nothing, by signs and spaces', { [LIMIT]: '-1', [AGE]: ' 1d' }, {}, []],
    ['nothing, by what is huge or no integer', { [LIMIT]: '9999999', [AGE]: '1.5d' }, {}, []],
  ])('is %s', (_, secret, namespace, [versionsMax, days]) => {
    const { asked, ...kept } = retentionOf(configured, { ...secret }, { ...namespace });
    const ageMsMax = days === undefined ? undefined : days * DAY_MS;
    expect(asked).toEqual({ versionsMax, ageMsMax });
    const { asked: _none, ...limits } = configured;
    expect(kept).toEqual(limits);
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
