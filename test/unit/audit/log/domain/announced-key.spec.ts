import { expect, it } from 'vitest';
import { announcedKey } from '../../../../../src/audit/log/domain/announced-key.js';
import { generateSignerKey, parseSignerKey } from '../../../../../src/audit/log/domain/note-key.js';
import { eventOf } from '../../audit-builders.js';

const vkey = parseSignerKey(generateSignerKey('a.example'))?.verifier.vkey ?? '';
const event = eventOf({ facts: { action: 'keys.rotate', logKey: vkey } });
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

it('is in our own event of a rotation', () => {
  expect(announcedKey(bytesOf(event))?.vkey).toBe(vkey);
});

it.each([
  ['another action', { 'sallyport.dev/action': 'secrets.get' }],
  ['a report of the cluster', { 'sallyport.dev/source': 'cluster' }],
  ['what is no key', { 'sallyport.dev/log-key': 'a.example+00000000+AQ==' }],
])('is not in %s', (_what, annotations) => {
  const changed = { ...event, annotations: { ...event.annotations, ...annotations } };
  expect(announcedKey(bytesOf(changed))).toBeUndefined();
});

it('is not in what merely speaks of one', () => {
  expect(announcedKey(bytesOf(eventOf()))).toBeUndefined();
  expect(announcedKey(Buffer.from('{"sallyport.dev/log-key"'))).toBeUndefined();
  expect(announcedKey(bytesOf({ 'sallyport.dev/log-key': vkey }))).toBeUndefined();
  expect(announcedKey(bytesOf({ annotations: null, 'sallyport.dev/log-key': 1 }))).toBeUndefined();
});
