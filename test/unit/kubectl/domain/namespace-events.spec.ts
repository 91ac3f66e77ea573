import { describe, expect, it } from 'vitest';
import { NamespaceEvents } from '../../../../src/kubectl/domain/namespace-events.js';

const bytesOf = (event: unknown) => Buffer.from(`${JSON.stringify(event)}\n`);
const onlyPay = () => new NamespaceEvents((name) => name === 'pay');

const changeOf = (name: string, type = 'ADDED') => {
  return bytesOf({ type, object: { kind: 'Namespace', metadata: { name } } });
};
const columns = [{ name: 'Name' }];
const tableOf = (columnDefinitions: unknown, ...names: readonly (string | undefined)[]) => {
  const rows = names.map((name) => {
    return { cells: [name], object: name === undefined ? undefined : { metadata: { name } } };
  });
  const object = { kind: 'Table', metadata: { resourceVersion: '7' }, columnDefinitions, rows };
  return bytesOf({ type: 'ADDED', object });
};

describe('a watch of namespaces for a token that is narrowed to some', () => {
  it.each(['ADDED', 'MODIFIED', 'DELETED'])('has %s of these, byte for byte', (type) => {
    const events = onlyPay();
    expect(events.take(changeOf('pay', type))).toEqual(changeOf('pay', type));
    expect(events.take(changeOf('ops', type))).toHaveLength(0);
  });

  it.each([
    { type: 'BOOKMARK', object: { kind: 'Namespace', metadata: { resourceVersion: '9' } } },
    { type: 'BOOKMARK', object: { kind: 'Table', columnDefinitions: null, rows: [{}] } },
    { type: 'ERROR', object: { kind: 'Status', code: 410 } },
  ])('has what is about no namespace: %j', (event) => {
    expect(onlyPay().take(bytesOf(event))).toEqual(bytesOf(event));
  });

  it('has rows of these', () => {
    const events = onlyPay();
    expect(events.take(tableOf(columns, 'pay'))).toEqual(tableOf(columns, 'pay'));
    expect(events.take(tableOf(null, 'ops'))).toHaveLength(0);
    expect(events.take(tableOf(null, 'pay'))).toEqual(tableOf(null, 'pay'));
  });

  it('has the columns once, though the event that told them is left out', () => {
    const events = onlyPay();
    expect(events.take(tableOf(columns, 'ops'))).toHaveLength(0);
    expect(events.take(tableOf(null, 'web'))).toHaveLength(0);
    expect(events.take(tableOf(null, 'pay'))).toEqual(tableOf(columns, 'pay'));
    expect(events.take(tableOf(null, 'pay'))).toEqual(tableOf(null, 'pay'));
  });

  it('has nothing that does not tell what it is about', () => {
    const nameless = bytesOf({ type: 'ADDED', object: { kind: 'Namespace', metadata: {} } });
    expect(onlyPay().take(nameless)).toHaveLength(0);
    expect(onlyPay().take(tableOf(columns, undefined))).toHaveLength(0);
    expect(onlyPay().take(tableOf(columns, 'pay', 'ops'))).toHaveLength(0);
  });

  it.each(['no json', '[]', '{"type":"ADDED"}'])('ends at what is no event: %s', (text) => {
    expect(() => onlyPay().take(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'Unavailable' }),
    );
  });
});
