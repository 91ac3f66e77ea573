import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';
import { PacedSink } from '../../../src/schemas/paced-sink.js';
import { aLocalSchema } from './schema.builder.js';

let waits: Record<string, number>;
let received: string[];
let sink: PacedSink;

const schema = (namespace: string, generation: number, uid = 'one'): CustomResource => ({
  ...aLocalSchema(namespace, 'login', {}),
  uid,
  generation,
});
const put = (namespace: string, generation: number, uid?: string) =>
  sink.put(schema(namespace, generation, uid), '');

beforeEach(() => {
  vi.useFakeTimers();
  waits = {};
  received = [];
  const note = (what: string) => (object: CustomResource) => {
    received.push(`${what} ${object.namespace} ${object.uid}.${object.generation}`);
  };
  const target = {
    put: note('put'),
    remove: note('remove'),
    listed: () => void received.push('listed'),
  };
  const waitMs = (caller: object) => ('namespace' in caller ? waits[String(caller.namespace)] : 0);
  sink = new PacedSink(target, { waitMs: (caller) => waitMs(caller) ?? 0 });
});
afterEach(() => void vi.useRealTimers());

describe('schemas of a namespace that has used up its time', () => {
  beforeEach(() => {
    sink.listed('', new Set(['one']));
    received = [];
    waits = { pay: 800 };
  });

  it('are passed on after a pause, in their last state', () => {
    for (const generation of [1, 2, 3]) put('pay', generation);
    vi.advanceTimersByTime(799);
    expect(received).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(received).toEqual(['put pay one.3']);
  });

  it('hold up no other namespace', () => {
    put('pay', 1);
    put('shop', 1);
    expect(received).toEqual(['put shop one.1']);
  });

  it('do not come back after their removal', () => {
    put('pay', 1);
    sink.remove(schema('pay', 1));
    vi.advanceTimersByTime(800);
    expect(received).toEqual(['remove pay one.1']);
  });

  it('are in force before those that they replace end', () => {
    put('pay', 1, 'two');
    sink.remove(schema('pay', 1, 'one'));
    expect(received).toEqual([]);
    vi.advanceTimersByTime(800);
    expect(received).toEqual(['put pay two.1', 'remove pay one.1']);
  });

  it('wait also if the removal of the former one comes first', () => {
    sink.remove(schema('pay', 1, 'one'));
    put('pay', 1, 'two');
    expect(received).toEqual([]);
    vi.advanceTimersByTime(800);
    expect(received).toEqual(['put pay two.1', 'remove pay one.1']);
  });

  it('are passed on at a list, before what the list lacks is removed', () => {
    put('pay', 1, 'two');
    sink.listed('', new Set(['two']));
    expect(received).toEqual(['put pay two.1', 'listed']);
    vi.advanceTimersByTime(800);
    expect(received).toHaveLength(2);
  });

  it('do not replace what the gateway itself has written since', () => {
    put('pay', 1, 'two');
    sink.forget({ namespace: 'pay', name: 'login' });
    vi.advanceTimersByTime(800);
    expect(received).toEqual([]);
  });
});

it('holds no schema of the first list: they are in force from the start', () => {
  waits = { pay: 800 };
  put('pay', 1);
  expect(received).toEqual(['put pay one.1']);
});
