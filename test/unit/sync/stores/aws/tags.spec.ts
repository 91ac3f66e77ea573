import { expect, it } from 'vitest';
import { markIn, tagsOf } from '../../../../../src/sync/stores/aws/tags.js';

const uid = 'a'.repeat(64);
const mark = { clusterUid: uid, namespaceUid: uid, syncUid: uid };
const Key = 'sallyport.dev/owner';
const team = { Key: 'team', Value: 'payments' };

it('a mark fits into a tag of AWS, and is read among other tags', () => {
  const tags = tagsOf(mark);
  expect(markIn([team, ...tags])).toEqual(mark);
  const [{ Value: text } = { Value: '' }] = tags as readonly { readonly Value: string }[];
  expect(text).toMatch(/^[A-Za-z0-9 _.:/=+@-]{1,256}$/);
});

it.each([
  ['no tags', undefined, undefined],
  ['an empty list', [], undefined],
  ['other tags', [team], undefined],
  ['the tag of somebody else', [{ Key, Value: 'v1/a/b' }], 'unreadable'],
  ['the tag without a value', [{ Key }], 'unreadable'],
])('in %s is the mark %s', (_what, tags, found) => {
  expect(markIn(tags)).toBe(found);
});
