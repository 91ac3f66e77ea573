import { beforeEach, describe, expect, it } from 'vitest';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import {
  ObjectRegistry,
  type ParsedObject,
} from '../../../../src/custom-resources/domain/object-registry.js';
import { anObject } from '../../shares/domain/sharing.builder.js';

interface Parsed extends ParsedObject {
  readonly parses: number;
}

let parses: number;
let registry: ObjectRegistry<Parsed>;
const seen: string[] = [];

const at = (namespace: string, name: string, rest: Partial<CustomResource> = {}) =>
  anObject({ namespace, name, spec: {} }, { uid: `${namespace}/${name}`, ...rest });

beforeEach(() => {
  parses = 0;
  seen.length = 0;
  registry = new ObjectRegistry((object, namespaceUid) => {
    parses += 1;
    return { object, namespaceUid, parses };
  });
  registry.onChange(({ object: { name } }) => seen.push(name));
});

describe('the objects of a kind', () => {
  it('are found by namespace and name', () => {
    registry.put(at('pay', 'a'), 'uid');
    registry.put(at('shop', 'a'), 'uid');
    expect(registry.get({ namespace: 'pay', name: 'a' })?.object.uid).toBe('pay/a');
    expect([...registry.of('shop').keys()]).toEqual(['a']);
    expect(registry.of('web').size).toBe(0);
  });

  it('are listed over all namespaces', () => {
    expect(registry.all).toEqual([]);
    registry.put(at('pay', 'a'), 'uid');
    registry.put(at('shop', 'b'), 'uid');
    expect(registry.all.map(({ object }) => object.uid).toSorted()).toEqual(['pay/a', 'shop/b']);
  });

  it('are shown to listeners as they were before a change, and as they are after it', () => {
    const changes: unknown[] = [];
    registry.onChange((_, { before, after }) => {
      changes.push([before?.object.generation, after?.object.generation]);
    });
    registry.put(at('pay', 'a'), 'uid');
    registry.put(at('pay', 'a', { generation: 2 }), 'uid');
    registry.remove(at('pay', 'a'));
    expect(changes).toEqual([
      [undefined, 1],
      [1, 2],
      [2, undefined],
    ]);
  });

  it('are parsed again only for another spec or another namespace', () => {
    registry.put(at('pay', 'a'), 'uid');
    registry.put(at('pay', 'a', { resourceVersion: '2' }), 'uid');
    expect(parses).toBe(1);
    expect(registry.get({ namespace: 'pay', name: 'a' })?.object.resourceVersion).toBe('2');
    registry.put(at('pay', 'a', { generation: 2 }), 'uid');
    registry.put(at('pay', 'a', { generation: 2 }), 'another');
    expect(parses).toBe(3);
  });

  it('never go back to an older spec, which a watch may deliver late', () => {
    registry.put(at('pay', 'a', { generation: 2 }), 'uid');
    registry.put(at('pay', 'a', { generation: 1 }), 'uid');
    expect(registry.get({ namespace: 'pay', name: 'a' })?.object.generation).toBe(2);
    registry.put(at('pay', 'a', { generation: 1, uid: 'recreated' }), 'uid');
    expect(registry.get({ namespace: 'pay', name: 'a' })?.object.uid).toBe('recreated');
  });

  it('are removed by uid: a late removal does not end what was recreated', () => {
    registry.put(at('pay', 'a', { uid: 'second' }), 'uid');
    registry.remove(at('pay', 'a', { uid: 'first' }));
    expect(registry.of('pay').size).toBe(1);
    registry.remove(at('pay', 'a', { uid: 'second' }));
    expect(registry.of('pay').size).toBe(0);
  });

  it('are gone if a list lacks them, in its namespace or everywhere', () => {
    for (const namespace of ['pay', 'shop']) {
      for (const name of ['a', 'b']) registry.put(at(namespace, name), 'uid');
    }
    registry.listed('pay', new Set(['pay/a']));
    expect([...registry.of('pay').keys()]).toEqual(['a']);
    expect(registry.of('shop').size).toBe(2);
    registry.listed('', new Set(['shop/b']));
    expect(registry.of('pay').size).toBe(0);
    expect([...registry.of('shop').keys()]).toEqual(['b']);
  });

  it('are told to listeners whenever they appear, change or go', () => {
    registry.put(at('pay', 'a'), 'uid');
    registry.remove(at('pay', 'a'));
    expect(seen).toEqual(['a', 'a']);
  });

  it('wake whoever waits for one of them, and nobody else', async () => {
    const { signal } = new AbortController();
    const woken: string[] = [];
    const waits = ['a', 'b'].map((name) =>
      registry.changed({ namespace: 'pay', name }, signal).then(() => woken.push(name)),
    );
    registry.put(at('pay', 'a'), 'uid');
    await waits[0];
    expect(woken).toEqual(['a']);
    registry.put(at('shop', 'b'), 'uid');
    registry.put(at('pay', 'b'), 'uid');
    await waits[1];
  });

  it('wake nobody after the end of the wait', async () => {
    const ended = new AbortController();
    const wait = registry.changed({ namespace: 'pay', name: 'a' }, ended.signal);
    ended.abort();
    await wait;
    await registry.changed({ namespace: 'pay', name: 'a' }, ended.signal);
  });
});
