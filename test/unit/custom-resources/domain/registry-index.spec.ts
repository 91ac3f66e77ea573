import { beforeEach, describe, expect, it } from 'vitest';
import { ObjectRegistry } from '../../../../src/custom-resources/domain/object-registry.js';
import { placeKey, RegistryIndex } from '../../../../src/custom-resources/domain/registry-index.js';
import { anObject } from '../../shares/domain/sharing.builder.js';

let registry: ObjectRegistry<ReturnType<typeof parse>>;
let index: RegistryIndex<ReturnType<typeof parse>>;

beforeEach(() => {
  registry = new ObjectRegistry(parse);
  index = new RegistryIndex(registry, ({ object }) => object.spec['keys'] as readonly string[]);
});

function parse(object: ReturnType<typeof anObject>, namespaceUid: string) {
  return { object, namespaceUid };
}

const object = (name: string, keys: readonly string[], rest = {}) =>
  anObject({ namespace: 'pay', name, spec: { keys } }, rest);
const namesOf = (key: string) => index.of(key).map(({ object: { name } }) => name);

describe('an object is found', () => {
  it('by each of its keys', () => {
    registry.put(object('a', ['x', 'y']), 'n');
    registry.put(object('b', ['y']), 'n');
    registry.put(object('c', []), 'n');
    expect([namesOf('x'), namesOf('y'), namesOf('z')]).toEqual([['a'], ['a', 'b'], []]);
  });

  it('by its new keys alone after a change', () => {
    registry.put(object('a', ['x', 'y']), 'n');
    registry.put(object('a', ['y', 'z'], { generation: 2 }), 'n');
    expect([namesOf('x'), namesOf('y'), namesOf('z')]).toEqual([[], ['a'], ['a']]);
  });

  it('by the keys of its successor of the same name', () => {
    registry.put(object('a', ['x']), 'n');
    registry.put(object('a', ['y'], { uid: 'another' }), 'n');
    registry.remove(object('a', ['x']));
    expect([namesOf('x'), namesOf('y')]).toEqual([[], ['a']]);
  });

  it('in its present state, also if only its status has changed', () => {
    registry.put(object('a', ['x']), 'n');
    registry.put(object('a', ['x'], { status: { state: 'Ready' } }), 'n');
    expect(index.of('x').map(({ object: { status } }) => status)).toEqual([{ state: 'Ready' }]);
  });

  it('once, if it has a key twice', () => {
    registry.put(object('a', ['x', 'x']), 'n');
    expect(namesOf('x')).toEqual(['a']);
    registry.remove(object('a', []));
    expect(namesOf('x')).toEqual([]);
  });

  it('no more after its removal, or if a list lacks it', () => {
    registry.put(object('a', ['x']), 'n');
    registry.put(object('b', ['x']), 'n');
    registry.remove(object('a', ['x']));
    expect(namesOf('x')).toEqual(['b']);
    registry.listed('pay', new Set());
    expect(namesOf('x')).toEqual([]);
  });
});

it('places of different namespaces have different keys', () => {
  const places = [
    { namespace: 'a', name: 'b.c' },
    { namespace: 'a.b', name: 'c' },
  ];
  expect(new Set(places.map(placeKey)).size).toBe(2);
});
