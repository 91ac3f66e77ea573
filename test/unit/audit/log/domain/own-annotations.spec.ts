import { expect, it } from 'vitest';
import { ownAnnotations } from '../../../../../src/audit/log/domain/own-annotations.js';
import { eventOf } from '../../audit-builders.js';

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

it('are those of an event of our own', () => {
  const event = eventOf({ facts: { action: 'secrets.get' } });
  expect(ownAnnotations(bytesOf(event))).toEqual(event.annotations);
});

it('are none of what the cluster reports, nor of what is no event', () => {
  const facts = { 'sallyport.dev/action': 'keys.rotate' };
  const source = { 'sallyport.dev/source': 'cluster' };
  expect(ownAnnotations(bytesOf({ annotations: { ...facts, ...source } }))).toEqual({});
  for (const text of ['', '{', '[]', '{"annotations":null}', '{"annotations":7}']) {
    expect(ownAnnotations(Buffer.from(text))).toEqual({});
  }
});
