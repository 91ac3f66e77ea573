import { describe, expect, it } from 'vitest';
import { SchemaIndex } from '../../../../src/schemas/domain/schema-index.js';
import { SchemaRegistry } from '../../../../src/schemas/domain/schema-registry.js';
import { aLocalSchema, aSchema } from '../schema.builder.js';

const registry = new SchemaRegistry();
const index = new SchemaIndex(registry);
const names = (type: string, label?: string, namespace = 'shop'): string[] => {
  const labels: Record<string, string> =
    label === undefined ? {} : { 'sallyport.dev/schema': label };
  return index.of({ namespace, type, labels }).map(({ name }) => name);
};

it('follows the schemas of the cluster', () => {
  expect(names('example.com/x', 'login')).toEqual([]);
  expect(index.isEmpty).toBe(true);
  registry.put(aSchema('b', { appliesTo: { types: ['example.com/x'], label: 'login' } }), '');
  registry.put(aSchema('a', { appliesTo: { label: 'login' } }), '');
  expect(names('example.com/x', 'login')).toEqual(['b', 'a']);
  expect(names('example.com/x')).toEqual(['b']);
  expect(index.isEmpty).toBe(false);
  expect(names('Opaque', 'login')).toEqual(['a', 'b']);
  registry.put(aSchema('a', { appliesTo: { label: 'other' } }, 2), '');
  expect(names('Opaque', 'login')).toEqual(['b']);
  registry.remove(aSchema('b', {}));
  expect(names('example.com/x', 'login')).toEqual([]);
});

it('has built-in schemas first, and leaves out what cannot be used', () => {
  registry.put(aSchema('own', { appliesTo: { types: ['sallyport.dev/jwt'] } }), '');
  registry.put(aSchema('broken', { appliesTo: { types: ['sallyport.dev/jwt'] }, mode: 'x' }), '');
  expect(names('sallyport.dev/jwt')).toEqual(['jwt', 'own']);
});

it('adds the schemas of a namespace to those of the cluster, for its own Secrets alone', () => {
  const appliesTo = { types: ['example.com/y'], label: 'narrowed' };
  registry.put(aLocalSchema('shop', 'narrowed', { appliesTo }), '');
  registry.put(aSchema('narrowed', { appliesTo }), '');
  registry.put(aLocalSchema('shop', 'another', { appliesTo: { label: 'narrowed' } }), '');
  expect(names('Opaque', 'narrowed')).toEqual(['narrowed', 'shop/another', 'shop/narrowed']);
  expect(names('example.com/y', 'narrowed', 'pay')).toEqual(['narrowed']);
  registry.remove(aSchema('narrowed', {}));
  expect(names('example.com/y')).toEqual(['shop/narrowed']);
  expect(names('example.com/y', undefined, 'pay')).toEqual([]);
});

describe('a type of the project', () => {
  const known = new SchemaRegistry();
  const typed = new SchemaIndex(known);
  known.put(aSchema('own', { appliesTo: { types: ['sallyport.dev/own'] } }), '');
  const faults = (type: string) =>
    typed.namingFaults({ namespace: 'shop', type, labels: {} }).map(({ schema, pointer }) => {
      return `${schema} ${pointer}`;
    });

  it('checks nothing if it names no built-in schema, and no schema is for it', () => {
    expect(faults('sallyport.dev/dsn.postgres')).toEqual(['sallyport.dev/dsn.postgres /type']);
    expect(faults('sallyport.dev/')).toEqual(['sallyport.dev/ /type']);
  });

  it.each(['sallyport.dev/dsn.postgresql', 'sallyport.dev/own', 'Opaque', 'shop.example/pgg'])(
    'is checked, or not of the project: %s',
    (type) => {
      expect(faults(type)).toEqual([]);
    },
  );
});

describe('a label checks nothing', () => {
  const known = new SchemaRegistry();
  const labelled = new SchemaIndex(known);
  const unusable = { mode: 'x', appliesTo: { label: 'broken' } };
  known.put(aSchema('of-types', { appliesTo: { types: ['example.com/x'] } }), '');
  known.put(aSchema('login', { appliesTo: { label: 'login' } }), '');
  known.put(aSchema('cluster', unusable), '');
  known.put(aSchema('numbers', { appliesTo: { label: 1 } }), '');
  known.put(aSchema('nothing', { appliesTo: null }), '');
  known.put(aLocalSchema('shop', 'local', unusable), '');
  known.put(aLocalSchema('shop', 'narrowed', { mode: 'x', appliesTo: { label: 'login' } }), '');
  known.put(aLocalSchema('pay', 'own', { appliesTo: { label: 'own' } }), '');
  known.put(aLocalSchema('shop', 'shadow', { appliesTo: { label: 'jwt' } }), '');
  const faults = (label: string | undefined, namespace = 'shop') =>
    labelled
      .namingFaults({
        ...{ namespace, type: 'Opaque' },
        labels: label === undefined ? {} : { 'sallyport.dev/schema': label },
      })
      .map(({ schema, reason }) => `${schema} ${reason.split(',')[0]}`);

  it('if no schema of the cluster or the namespace has it', () => {
    const unknown = 'names no schema of the cluster or the namespace';
    expect(faults('logni')).toEqual([`logni ${unknown}`]);
    expect(faults('own')).toEqual([`own ${unknown}`]);
    expect(faults('of-types')).toEqual([`of-types ${unknown}`]);
    expect(faults('')).toEqual([`"" ${unknown}`]);
  });

  it('if the schema cannot be used', () => {
    const invalid = 'names a schema in state Invalid';
    expect(faults('broken')).toEqual([`cluster ${invalid}`, `shop/local ${invalid}`]);
    expect(faults('broken', 'pay')).toEqual([`cluster ${invalid}`]);
    expect(faults('login')).toEqual([`shop/narrowed ${invalid}`]);
  });

  it('never if it is absent, or of a usable or built-in schema', () => {
    expect(faults(undefined)).toEqual([]);
    expect(faults('login', 'pay')).toEqual([]);
    expect(faults('own', 'pay')).toEqual([]);
    expect(faults('jwt')).toEqual([]);
  });

  it('until there is a schema for it', () => {
    known.put(aSchema('late', { appliesTo: { label: 'logni' } }), '');
    expect(faults('logni')).toEqual([]);
  });
});
