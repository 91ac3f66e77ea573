import { expect, it } from 'vitest';
import { announcementIn, isVouchedFor } from '../../../../../src/audit/log/domain/announced-key.js';
import { signRotation } from '../../../../../src/audit/log/domain/key-rotation.js';
import { eventOf } from '../../audit-builders.js';
import { newSigner } from './signers.js';

const old = newSigner('a.example');
const next = newSigner('a.example');
const { vkey } = next.verifier;
const note = signRotation({ vkey, treeSize: 7 }, old);
const event = eventOf({ facts: { action: 'keys.rotate', logKey: vkey, logKeyNote: note } });
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

it('is in our own event of a rotation, with what vouches for it', () => {
  const found = announcementIn(bytesOf(event), 7);
  expect(found).toMatchObject({ index: 7, note });
  expect(found?.key.vkey).toBe(vkey);
});

it.each([
  ['another action', { 'sallyport.dev/action': 'secrets.get' }],
  ['a report of the cluster', { 'sallyport.dev/source': 'cluster' }],
  ['what is no key', { 'sallyport.dev/log-key': 'a.example+00000000+AQ==' }],
])('is not in %s', (_what, annotations) => {
  const changed = { ...event, annotations: { ...event.annotations, ...annotations } };
  expect(announcementIn(bytesOf(changed), 7)).toBeUndefined();
});

it('is not in what merely speaks of one', () => {
  expect(announcementIn(bytesOf(eventOf()), 7)).toBeUndefined();
  for (const text of ['{"sallyport.dev/log-key"', '{"annotations":{"sallyport.dev/log-key":1}}']) {
    expect(announcementIn(Buffer.from(text), 7)).toBeUndefined();
  }
});

it('is believed where the key before has signed that, of a log that was no longer', () => {
  const key = next.verifier;
  expect(isVouchedFor({ index: 7, key, note }, [old.verifier])).toBe(true);
  expect(isVouchedFor({ index: 900, key, note }, [old.verifier])).toBe(true);
  expect(isVouchedFor({ index: 6, key, note }, [old.verifier])).toBe(false);
  expect(isVouchedFor({ index: 7, key, note: '' }, [old.verifier])).toBe(false);
  expect(isVouchedFor({ index: 7, key, note }, [next.verifier])).toBe(false);
  const another = newSigner('a.example').verifier;
  expect(isVouchedFor({ index: 7, key: another, note }, [old.verifier])).toBe(false);
});
