import { describe, expect, it } from 'vitest';
import { overwrittenVersions, seenVersions } from '../../../../src/sync/domain/foreign-versions.js';

const version = (id: string, createdSeconds: number, token?: string, seen: string[] = []) => ({
  ...{ id, createdSeconds, token, seen },
});
const made = { id: 'ours', token: 'token', expectedId: 'expected', currentId: 'ours' };

describe('a write has overwritten', () => {
  it.each([
    ['a version of a time in between', version('other', 11), ['other']],
    ['a version of the second of the expected one', version('other', 10), ['other']],
    ['a version of its own second', version('other', 12), ['other']],
    ['no version before the expected one', version('other', 9), []],
    ['no version after it', version('other', 13), []],
    ['no version of its own token', version('other', 11, 'token'), []],
    ['a version of another token', version('other', 11, 'other'), ['other']],
  ])('%s', (_what, other, overwritten) => {
    const list = [other, version('ours', 12, 'token'), version('expected', 10)];
    expect(overwrittenVersions(list, made)).toEqual(overwritten);
  });

  it('no version that it has seen, and none that is current', () => {
    const list = [
      ...[version('seen', 10), version('current', 12), version('other', 11)],
      ...[version('ours', 12, 'token', ['seen']), version('expected', 10)],
    ];
    const overwritten = overwrittenVersions(list, { ...made, currentId: 'current' });
    expect(overwritten).toEqual(['other']);
  });

  it('all others, if there was no version before, newest first', () => {
    const list = [version('a', 5), version('b', 7), version('ours', 12, 'token')];
    expect(overwrittenVersions(list, { ...made, expectedId: undefined })).toEqual(['b', 'a']);
  });

  it('no more versions than a report has', () => {
    const list = Array.from({ length: 1_500 }, (_, at) => version(`${at}`, 11));
    expect(overwrittenVersions(list, made)).toHaveLength(1_000);
  });
});

describe('a write has seen', () => {
  it('versions of the second of the expected one, or later', () => {
    const list = [version('old', 9), version('same', 10), version('late', 11)];
    expect(seenVersions([...list, version('expected', 10)], 'expected')).toEqual(['same', 'late']);
    expect(seenVersions([], undefined)).toEqual([]);
  });

  it('no more versions than a tag has room for', () => {
    const list = Array.from({ length: 20 }, (_, at) => version(`${at}`, 10));
    expect(seenVersions(list, '0')).toHaveLength(8);
  });
});
