import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventListSpans } from '../../../../../src/audit/ingest/domain/event-list-spans.js';
import { scaled } from '../../../../support/scale.js';

const textsIn = (text: string) => {
  const body = Buffer.from(text);
  const { items } = eventListSpans(body);
  return items?.map(({ start, end }) => body.toString('utf8', start, end));
};

describe('the items of a list', () => {
  it('are found one by one, whatever JSON they are', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (items, indent) => {
        const text = JSON.stringify(
          { a: [[]], items, metadata: { items: [1] } },
          undefined,
          indent,
        );
        expect(textsIn(text)?.map((item) => JSON.parse(item) as unknown)).toEqual(
          JSON.parse(JSON.stringify(items)),
        );
        const { envelope } = eventListSpans(Buffer.from(text));
        expect(JSON.parse(envelope.toString())).toMatchObject({ a: [[]], items: [] });
      }),
      { numRuns: scaled(2_000, 200) },
    );
  });

  it.each([
    ['none', '{"items": {"items": [1]}}'],
    ['two', '{"items": [1], "items": [2]}'],
    ['two, one of them escaped', '{"items": [1], "it\\u0065ms": [2]}'],
    ['one in another object', '{"a": {"items": [1]}}'],
    ['a list alone', '[1, 2]'],
  ])('are those of no list where there is %s', (_what, text) => {
    expect(textsIn(text)).toBeUndefined();
  });

  it('have as many levels as objects and lists in each other', () => {
    const { items } = eventListSpans(Buffer.from('{"items": [1, {}, [[{"a": []}]], {"b": 1}]}'));
    expect(items?.map(({ levels }) => levels)).toEqual([0, 1, 4, 1]);
  });

  it.each([
    ['{"a": 1, "a": 2}', true],
    ['{"a": 1, "\\u0061": 2}', true],
    ['{"a": {"b": 1, "b": 2}}', true],
    ['{"a": {"b": 1}, "c": {"b": 1}}', false],
    ['{"requestObject": {"b": 1, "b": 2}, "responseObject": {"b": 1, "b": 2}}', false],
    ['{"requestObject": {}, "requestObject": {}}', true],
  ])('say whether a member is given twice: %s', (item, hasTwins) => {
    const { items } = eventListSpans(Buffer.from(`{"items": [${item}, {"a": 1}]}`));
    expect(items?.map((span) => span.hasTwins)).toEqual([hasTwins, false]);
  });
});
