import { describe, expect, it } from 'vitest';
import {
  parseEventList,
  reportOf,
} from '../../../../../src/audit/ingest/domain/parse-event-list.js';
import { limits } from '../../../../../src/core/limits.js';
import { reportItem } from '../report-builders.js';

const list = (items: unknown, rest: object = {}) =>
  Buffer.from(
    JSON.stringify({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      metadata: {},
      items,
      ...rest,
    }),
  );

const readingsIn = (body: Uint8Array) => {
  const batch = parseEventList(body);
  return batch.items.map((span) => reportOf(batch, span, Date.now()));
};

const eventsIn = (body: Uint8Array) =>
  readingsIn(body).map((reading) =>
    reading.kind === 'kept' ? [reading.event.auditId, reading.event.isIntact] : reading.kind,
  );

/** Three events, of which the one in the middle has these bytes in place of its user agent. */
function around(bytes: Buffer | string): Buffer {
  const middle = reportItem({ auditID: 'middle', userAgent: 'here' });
  const text = list([reportItem({ auditID: 'first' }), middle, reportItem({ auditID: 'last' })]);
  const [before = '', after = ''] = text.toString().split('"here"');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}

function failureOf(body: Uint8Array): Error | undefined {
  try {
    readingsIn(body);
  } catch (error) {
    return error as Error; // the code throws nothing else
  }
  return undefined;
}

describe('a batch', () => {
  it('gives its reports of Secrets, in order, and nothing for the others', () => {
    const other = reportItem({ objectRef: { resource: 'pods' } });
    const body = list([reportItem(), other, reportItem({ auditID: 'second' })]);
    expect(eventsIn(body)).toEqual([['upstream-1', true], 'not kept', ['second', true]]);
  });

  it('may be empty, and written with blanks', () => {
    expect(parseEventList(list([])).items).toEqual([]);
    const spaced = JSON.stringify(JSON.parse(list([reportItem()]).toString()), undefined, 2);
    expect(eventsIn(Buffer.from(spaced))).toEqual([['upstream-1', true]]);
  });

  it.each([
    ['a byte that is no UTF-8', Buffer.of(0x22, 0x61, 0xff, 0x22)],
    ['a character that breaks off', Buffer.of(0x22, 0xe2, 0x82, 0x22)],
    ['a user agent that is no text', '{"a": 1}'],
    ['the same member twice', '"a","userAgent":"b"'],
    ['the same member twice, once escaped', '"a","user\\u0041gent":"b"'],
    ['another object twice', '"a","objectRef":{"resource":"secrets","name":"x","name":"y"}'],
  ])('is read where an event has %s: it is kept, and says so', (_what, bytes) => {
    const intact = true;
    expect(eventsIn(around(bytes))).toEqual([
      ['first', intact],
      ['middle', !intact],
      ['last', intact],
    ]);
  });

  it.each([
    ['no JSON', 'hunter2'],
    ['a bracket for a brace', '[{"a": 1]}'],
    ['a line feed in a text', '"a\nb"'],
    ['objects in each other without end', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('is read without an event that has %s', (_what, bytes) => {
    const readings = eventsIn(around(bytes));
    expect(readings.at(0)).toEqual(['first', true]);
    expect(readings.at(-1)).toEqual(['last', true]);
    expect(readings).toContain('unreadable');
  });

  it('is read without an event that may be about a Secret, and may be about something else', () => {
    const text = list([reportItem({ objectRef: 'here' })]).toString();
    const both = text.replace('"here"', '{"resource":"secrets","resource":"pods"}');
    expect(eventsIn(Buffer.from(both))).toEqual(['unreadable']);
    expect(eventsIn(Buffer.from(text))).toEqual(['unreadable']);
  });

  it.each([
    ['a member that JSON parsers lose', '{"__proto__": {"a": 1}, "constructor": 1}'],
    ['a member given twice', '{"a": 1, "a": 2}'],
    ['brackets and quotes', '{"a\\"]}": ["\\\\", "{", "\\\\\\""]}'],
    ['a list of items', '{"items": [1, {"items": []}]}'],
    ['a deep object', `${'['.repeat(9_990)}${']'.repeat(9_990)}`],
  ])('is read although an object in it has %s: its caller must not hide by it', (_what, object) => {
    const text = list([reportItem()])
      .toString()
      .replace('"level"', () => `"requestObject":${object},"level"`);
    expect(eventsIn(Buffer.from(text))).toEqual([['upstream-1', true]]);
  });

  it('names an event without an id by its bytes, so that a redelivery finds it', () => {
    const body = list([reportItem({ auditID: '' }), reportItem({ auditID: '', verb: 'list' })]);
    const [first, second] = readingsIn(body);
    expect(readingsIn(body)).toEqual([first, second]);
    const id = expect.stringMatching(/^unreadable-[0-9a-f]{64}$/);
    expect(first).toMatchObject({ kind: 'kept', event: { auditId: id } });
    expect(first).not.toMatchObject({ event: { auditId: second?.kind } });
    expect(new Set([first, second].map((one) => JSON.stringify(one))).size).toBe(2);
  });

  it('counts the events beyond as many as are read', () => {
    const { items, beyond } = parseEventList(
      list(Array.from({ length: limits.auditReportEventsMax + 2 }, () => 1)),
    );
    expect([items.length, beyond]).toEqual([limits.auditReportEventsMax, 2]);
  });

  it.each([
    ['/kind', list([], { kind: 'List' })],
    ['/apiVersion', list([], { apiVersion: 'audit.k8s.io/v1beta1' })],
    ['/items', list(undefined)],
    ['/items', list({})],
    ['/items', Buffer.from(list([]).toString().replace('{', '{"items":[],'))],
    ['/kind', Buffer.from('null')],
    ['/kind', Buffer.from('[[1]]')],
  ])('is refused at %s', (pointer, body) => {
    expect(() => readingsIn(body)).toThrow(
      expect.objectContaining({ code: 'Invalid', errors: [expect.objectContaining({ pointer })] }),
    );
  });

  it.each([
    ['no JSON', Buffer.from('{"value": hunter2}')],
    ['no JSON around its events', Buffer.from(list([1]).toString().replace('"kind"', 'hunter2'))],
    ['cut off', list([reportItem()]).subarray(0, -20)],
    ['nested without end', Buffer.from('['.repeat(1_000_000))],
  ])('is refused that is %s, without a word of it', (_what, body) => {
    const failure = failureOf(body);
    expect(failure).toMatchObject({ code: 'BadRequest' });
    expect(failure?.cause).toBeUndefined();
    expect(failure?.message).not.toMatch(/hunter2/);
  });
});
