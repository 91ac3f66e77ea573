import { expect, test } from 'vitest';
import { entityTag, parseEntityTags } from '../../../../src/secrets/domain/etag.js';
import { versionOfTags, versionTag } from '../../../../src/versions/domain/version-tag.js';

const row = { secretUid: '0b-1c', version: 12 };

test('is read back, with or without the W/ of a proxy', () => {
  const tag = versionTag(row);
  expect(versionOfTags(parseEntityTags('If-Match', tag))).toBe(12);
  expect(versionOfTags(parseEntityTags('If-Match', `W/${tag}`))).toBe(12);
});

test('is no tag of a live state, whatever its resourceVersion', () => {
  const state = entityTag({ uid: row.secretUid, resourceVersion: '12' });
  expect(versionTag(row)).not.toBe(state);
  expect(versionOfTags([state])).toBeUndefined();
});

test('several tags, and any, are about no one version', () => {
  expect(versionOfTags('*')).toBeUndefined();
  expect(versionOfTags([versionTag(row), versionTag({ ...row, version: 1 })])).toBeUndefined();
  expect(versionOfTags([])).toBeUndefined();
  expect(versionOfTags(['"a.v0"'])).toBeUndefined();
});
