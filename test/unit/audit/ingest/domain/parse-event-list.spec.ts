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

const reportsIn = (body: Uint8Array) =>
  parseEventList(body).map((item, index) => reportOf(item, index, Date.now()));

function failureOf(body: Uint8Array): Error | undefined {
  try {
    reportsIn(body);
  } catch (error) {
    return error as Error; // the code throws nothing else
  }
  return undefined;
}

describe('a batch', () => {
  it('gives its reports of Secrets, in order, and nothing for the others', () => {
    const other = reportItem({ objectRef: { resource: 'pods' } });
    const reports = reportsIn(list([reportItem(), other, reportItem({ auditID: 'second' })]));
    expect(reports.map((report) => report?.auditId)).toEqual(['upstream-1', undefined, 'second']);
  });

  it('may be empty', () => {
    expect(parseEventList(list([]))).toEqual([]);
  });

  it.each([
    ['a member that JSON parsers lose', '{"__proto__": {"a": 1}, "constructor": 1}'],
    ['a member given twice', '{"a": 1, "a": 2}'],
    ['a deep object', `${'['.repeat(9_990)}${']'.repeat(9_990)}`],
  ])('is read although an object in it has %s: its caller must not hide by it', (_what, object) => {
    const text = list([reportItem()])
      .toString()
      .replace('"level"', `"requestObject":${object},"level"`);
    expect(reportsIn(Buffer.from(text))).toMatchObject([{ auditId: 'upstream-1' }]);
  });

  it.each([
    ['/kind', list([], { kind: 'List' })],
    ['/apiVersion', list([], { apiVersion: 'audit.k8s.io/v1beta1' })],
    ['/items', list(undefined)],
    ['/items', list({})],
    ['/items', list(Array.from({ length: limits.auditReportEventsMax + 1 }, () => 1))],
    ['/items/1/auditID', list([reportItem(), reportItem({ auditID: '' })])],
    ['/kind', Buffer.from('null')],
  ])('is refused at %s', (pointer, body) => {
    expect(() => reportsIn(body)).toThrow(
      expect.objectContaining({ code: 'Invalid', errors: [expect.objectContaining({ pointer })] }),
    );
  });

  it.each([
    ['no JSON', Buffer.from('{"value": hunter2}')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['nested without end', Buffer.from('['.repeat(1_000_000))],
  ])('is refused that is %s, without a word of it', (_what, body) => {
    const failure = failureOf(body);
    expect(failure).toMatchObject({ code: 'BadRequest' });
    expect(failure?.cause).toBeUndefined();
    expect(failure?.message).not.toMatch(/hunter2/);
  });
});
