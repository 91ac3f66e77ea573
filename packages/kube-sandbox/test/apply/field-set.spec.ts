import { describe, expect, test } from 'vitest';
import { FieldSet } from '../../src/apply/field-set.js';
import { fieldsOf } from '../../src/apply/object-fields.js';
import { ObjectTypes } from '../../src/apply/object-type.js';
import { showPath } from '../../src/apply/path-element.js';
import type { Json } from '../../src/model/kube-object.js';
import type { SchemaNode } from '../../src/model/schema-node.js';
import { deployment, deploymentSchema, schemas, secret, secretSchema } from './schemas.js';

function parse(text: string): FieldSet {
  return FieldSet.parse(JSON.parse(text) as Json);
}

function text(set: FieldSet): string {
  return JSON.stringify(set.serialise());
}

function fieldsText(schema: SchemaNode | undefined, value: Json): string {
  const types = new ObjectTypes(schemas);
  return text(fieldsOf(types, types.root(schema), value));
}

describe('FieldsV1', () => {
  test.each([
    '{}',
    '{"f:data":{".":{},"f:k":{}},"f:metadata":{"f:labels":{"f:x/y":{}}},"f:type":{}}',
    '{"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}}}}',
    '{"f:finalizers":{".":{},"v:\\"e.x/a\\"":{},"v:\\"e.x/b\\"":{}}}',
    '{"f:list":{"i:0":{}}}',
  ])('is written as it was read: %s', (fields) => {
    expect(text(parse(fields))).toBe(fields);
  });

  test('is written in order: members, keys, values, numbers by size', () => {
    const unordered =
      '{"v:10":{},"v:9":{},"v:\\"a\\"":{},"k:{\\"b\\":1,\\"a\\":2}":{},"f:b":{},"f:a":{}}';
    expect(text(parse(unordered))).toBe(
      '{"f:a":{},"f:b":{},"k:{\\"a\\":2,\\"b\\":1}":{},"v:9":{},"v:10":{},"v:\\"a\\"":{}}',
    );
  });

  test('drops kinds of elements that do not exist yet, and refuses nonsense', () => {
    expect(text(parse('{"z:1":{},"f:a":{}}'))).toBe('{"f:a":{}}');
    expect(() => parse('{"fa":{}}')).toThrow(SyntaxError);
    expect(() => parse('{"k:1":{}}')).toThrow(SyntaxError);
    expect(() => parse('[]')).toThrow(SyntaxError);
  });
});

describe('sets', () => {
  const left = parse('{"f:a":{".":{},"f:b":{},"f:c":{}},"f:d":{}}');
  const right = parse('{"f:a":{"f:b":{},"f:e":{}},"f:d":{}}');

  test('union, intersection, difference', () => {
    expect(text(left.union(right))).toBe('{"f:a":{".":{},"f:b":{},"f:c":{},"f:e":{}},"f:d":{}}');
    expect(text(left.intersection(right))).toBe('{"f:a":{"f:b":{}},"f:d":{}}');
    expect(text(left.difference(right))).toBe('{"f:a":{".":{},"f:c":{}}}');
    expect(left.difference(left).isEmpty).toBe(true);
    expect(left.equals(left.union(left.intersection(right)))).toBe(true);
  });

  test('a difference keeps the children of a removed parent, the recursive one does not', () => {
    const parent = FieldSet.of(['a']);
    expect(text(left.difference(parent))).toBe('{"f:a":{"f:b":{},"f:c":{}},"f:d":{}}');
    expect(text(left.recursiveDifference(parent))).toBe('{"f:d":{}}');
  });

  test('leaves and paths', () => {
    expect(text(left.leaves())).toBe('{"f:a":{"f:b":{},"f:c":{}},"f:d":{}}');
    expect(left.paths().map(showPath)).toEqual(['.a', '.d', '.a.b', '.a.c']);
    const keyed = parse('{"f:l":{"k:{\\"name\\":\\"x\\",\\"p\\":1}":{"f:v":{}},"v:true":{}}}');
    expect(keyed.paths().map(showPath)).toEqual(['.l[=true]', '.l[name="x",p=1].v']);
  });

  test('a copy is independent', () => {
    const copy = left.copy();
    copy.insert([...(left.paths()[2] ?? []), ...(left.paths()[1] ?? [])]);
    expect(copy.equals(left)).toBe(false);
  });
});

describe('the fields of an object', () => {
  test('maps by member, sets by value', () => {
    const object = secret({ metadata: { finalizers: ['b', 'a'] }, data: { k: 'dg==' } });
    expect(fieldsText(secretSchema, object)).toBe(
      '{"f:apiVersion":{},"f:data":{"f:k":{}},"f:kind":{},"f:metadata":{"f:finalizers":{"v:\\"a\\"":{},"v:\\"b\\"":{}},"f:name":{}}}',
    );
  });

  test('keyed lists by key, with defaults of keys, atomic ones as a whole', () => {
    const ports = [{ containerPort: 80 }];
    const spec = {
      selector: { matchLabels: { a: 'b' } },
      containers: [{ name: 'c', args: ['x'], ports }],
    };
    expect(fieldsText(deploymentSchema, { spec })).toBe(
      '{"f:spec":{"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:args":{},"f:name":{},"f:ports":{"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:containerPort":{}}}}},"f:selector":{}}}',
    );
    expect(fieldsText(deploymentSchema, deployment({ spec: {} }))).toContain('"f:spec":{}');
  });

  test('without a schema maps are granular and lists atomic', () => {
    expect(fieldsText(undefined, { a: { b: { c: 1 } }, l: [{ x: 1 }] })).toBe(
      '{"f:a":{".":{},"f:b":{".":{},"f:c":{}}},"f:l":{}}',
    );
  });

  test('a custom schema opens with x-kubernetes-preserve-unknown-fields', () => {
    const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = { type: 'object', properties: { spec: free } };
    expect(fieldsText(schema, { metadata: { labels: { a: 'b' } }, spec: { x: { y: 1 } } })).toBe(
      '{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:x":{".":{},"f:y":{}}}}',
    );
  });
});
