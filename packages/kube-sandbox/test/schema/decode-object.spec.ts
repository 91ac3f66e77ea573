import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';

import { ApiStatusError } from '../../src/model/api-status.js';
import { decodeObject } from '../../src/schema/decode-object.js';
import type { FieldValidation } from '../../src/schema/decode-options.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';

const schemas = kubernetesSchemas();

interface Given {
  readonly group?: string;
  readonly kind?: string;
  readonly contentType?: string;
  readonly fieldValidation?: FieldValidation;
}

function decode(body: unknown, given: Given = {}) {
  const { group = '', kind = 'Secret', fieldValidation = 'Warn' } = given;
  const schema = schemas.forKind(group, 'v1', kind);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { contentType = 'application/json' } = given;
  const type = { group, version: 'v1', kind, schema, schemas, isCustom: false };
  return decodeObject(Buffer.from(text), { ...type, contentType, fieldValidation });
}

function refusal(body: unknown, given?: Given): string {
  try {
    decode(body, given);
  } catch (error) {
    if (error instanceof ApiStatusError && error.code === 400) return error.message;
    throw error;
  }
  throw new Error('it was decoded');
}

function secret(members: object, metadata: object = {}) {
  const meta = { name: 'a', ...metadata };
  return { apiVersion: 'v1', kind: 'Secret', metadata: meta, ...members };
}

const unrecognized = 'the object provided is unrecognized (must be of type Secret): ';
const unreadable = `${unrecognized}couldn't get version/kind; json parse error: `;
const unfit = 'Secret in version "v1" cannot be handled as a Secret: ';

describe('what an object has to be', () => {
  test.each([{}, { apiVersion: 'v1' }, { kind: 'Secret' }, { apiVersion: null, kind: null }])(
    'apiVersion and kind are those of the path where they are left out: %j',
    (type) => {
      const { object } = decode({ ...type, metadata: { name: 'a' } });
      expect(object).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } });
    },
  );

  test.each([
    [
      { kind: 'ConfigMap' },
      'ConfigMap in version "v1"',
      'converting (v1.ConfigMap) to (core.Secret): unknown conversion',
    ],
    [
      { kind: 'Foo' },
      'Foo in version "v1"',
      'no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      { apiVersion: 'v2' },
      'Secret in version "v2"',
      'no kind "Secret" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      { apiVersion: 'apps/v1' },
      'Secret in version "v1"',
      'no kind "Secret" is registered for version "apps/v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
  ])('another type is refused: %j', (type, said, why) => {
    expect(refusal({ ...secret({}), ...type })).toBe(
      `${said} cannot be handled as a Secret: ${why}`,
    );
  });

  test('apiVersion and kind have to be text', () => {
    expect(refusal(secret({ kind: 1 }))).toBe(
      `${unreadable}json: cannot unmarshal number into Go struct field .kind of type string`,
    );
    expect(refusal(secret({ apiVersion: 'a/b/c' }))).toBe(
      `${unrecognized}unexpected GroupVersion string: a/b/c`,
    );
  });

  test('a list is no object', () => {
    expect(refusal('[]')).toBe(
      `${unreadable}json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  });
});

describe('syntax errors', () => {
  test.each([
    ['', 'unexpected end of JSON input (<empty>)'],
    ['{"apiVersion":"v1"', 'unexpected end of JSON input'],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['{"a":[1 2]}', 'invalid character after array element'],
    ['{"data":{"a":hunter2}}', 'invalid character looking for beginning of value'],
    ['{"data":{"a":"hunter2\n"}}', 'invalid character in string literal'],
    ['{"data":{"a":"\\qunter2"}}', 'invalid character in string escape code'],
    ['{} {}', "invalid character '{' after top-level value"],
    ['{"a":nul}', "invalid character '}' in literal null (expecting 'l')"],
    ['{"a":1.}', "invalid character '}' after decimal point in numeric literal"],
  ])('are told as Go tells them, without letters of the body: %j', (body, why) => {
    expect(refusal(body)).toBe(`${unreadable}${why}`);
  });

  test('nesting is bounded in JSON and YAML', () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    expect(refusal(`{"foo":${deep}}`)).toContain("invalid character '[' exceeded max depth");
    const yaml = { contentType: 'application/yaml' };
    expect(refusal(`foo: ${deep}`, yaml)).toContain('yaml: ');
    expect(refusal('a: &a [*a]', yaml)).toContain('exceeded max depth');
  });
});

describe('values of a wrong type', () => {
  test.each([
    [{ type: 5 }, 'number into Go struct field Secret.type of type v1.SecretType'],
    [{ data: 'x' }, 'string into Go struct field Secret.data of type map[string][]uint8'],
    [{ data: { a: 5 } }, 'number into Go struct field Secret.data of type []uint8'],
    [{ data: { a: [300] } }, 'number into Go struct field Secret.data of type uint8'],
    [{ stringData: { a: 5 } }, 'number into Go struct field Secret.stringData of type string'],
    [{ immutable: 'yes' }, 'string into Go struct field Secret.immutable of type bool'],
    [{ metadata: 'x' }, 'string into Go struct field Secret.metadata of type v1.ObjectMeta'],
    [
      { metadata: { labels: { a: 1 } } },
      'number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      { metadata: { generation: 1.5 } },
      'number 1.5 into Go struct field ObjectMeta.metadata.generation of type int64',
    ],
    [
      { metadata: { ownerReferences: [{ uid: 1 }] } },
      'number into Go struct field OwnerReference.metadata.ownerReferences.uid of type types.UID',
    ],
    [
      { metadata: { creationTimestamp: 1 } },
      'number into Go struct field ObjectMeta.metadata.creationTimestamp of type string',
    ],
  ])('are told as Go tells them: %j', (members, why) => {
    expect(refusal(secret(members))).toBe(`${unfit}json: cannot unmarshal ${why}`);
  });

  test('fields of embedded structs are told with the struct', () => {
    const livenessProbe = { httpGet: { port: true } };
    const body = { spec: { containers: [{ livenessProbe }] } };
    expect(refusal(body, { kind: 'Pod' })).toBe(
      'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32',
    );
  });

  test('a value never shows in an error', () => {
    for (const data of [{ a: 'hunter2' }, { a: 7_777_777 }, { a: [7_777_777] }, ['hunter2']]) {
      expect(refusal(secret({ data }))).not.toMatch(/hunter2|7777777/);
    }
  });
});

describe('byte fields', () => {
  test.each([
    ['YW\nJj\r\n', 'YWJj'],
    ['YR==', 'YQ=='],
    [[104, 105], 'aGk='],
    [null, ''],
  ])('are written as Go writes them: %j', (value, written) => {
    expect(decode(secret({ data: { a: value } })).object['data']).toEqual({ a: written });
  });

  test.each([
    ['%%%', 0],
    ['YWJ', 0],
    ['YWJj=', 4],
    ['YQ=', 3],
    ['YQ=x', 2],
    ['YQ==YQ==', 4],
    ['_-__', 0],
  ])('other text is refused with its place: %j', (value, offset) => {
    expect(refusal(secret({ data: { a: value } }))).toBe(
      `${unfit}illegal base64 data at input byte ${offset}`,
    );
  });
});

describe('unknown and duplicate fields', () => {
  const body =
    '{"metadata":{"name":"a","name":"b","labels":{"x":"1","x":"2"},"bar":1},"foo":{"a":1,"a":2},"type":"x","type":"y"}';
  const problems = [
    'duplicate field "metadata.name"',
    'duplicate field "metadata.labels.x"',
    'unknown field "metadata.bar"',
    'unknown field "foo"',
    'duplicate field "type"',
  ];

  test('Strict refuses them all at once', () => {
    expect(refusal(body, { fieldValidation: 'Strict' })).toBe(
      `${unfit}strict decoding error: ${problems.join(', ')}`,
    );
  });

  test('duplicates of a map merge, however many they are', () => {
    const data = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, '']));
    const body = `{"data":${JSON.stringify(data)}${',"data":{}'.repeat(50_000)},"data":{"z":""}}`;
    const { object, warnings } = decode(body);
    expect(warnings).toEqual(['duplicate field "data"']);
    expect(object['data']).toMatchObject({ k0: '', k49999: '', z: '' });
  });

  test('of those with long names the first are told', () => {
    const names = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1_000_000));
    const body = Object.fromEntries(names.map((name) => [name, 1]));
    expect(decode(body).warnings).toEqual([
      `unknown field "${names[0]}"`,
      `unknown field "${names[1]}"`,
    ]);
  });

  test('Warn tells them and drops the unknown; the last duplicate wins', () => {
    const { object, warnings } = decode(body, { fieldValidation: 'Warn' });
    expect(warnings).toEqual(problems);
    expect(object).toEqual(secret({ type: 'y' }, { name: 'b', labels: { x: '2' } }));
  });

  test('Ignore drops the unknown in silence', () => {
    const { object, warnings } = decode(body, { fieldValidation: 'Ignore' });
    expect(warnings).toEqual([]);
    expect(Object.keys(object)).toEqual(['apiVersion', 'kind', 'metadata', 'type']);
  });

  test('names are told apart by case', () => {
    const strict = { fieldValidation: 'Strict' } as const;
    expect(refusal(secret({ Data: {} }), strict)).toContain('unknown field "Data"');
  });

  test('a member named __proto__ is a member like any other', () => {
    const body = '{"metadata":{"name":"a"},"data":{"__proto__":"YQ=="},"__proto__":{"a":1}}';
    const { object, warnings } = decode(body);
    expect(warnings).toEqual(['unknown field "__proto__"']);
    expect(Object.entries(object['data'] ?? {})).toEqual([['__proto__', 'YQ==']]);
    expect(Object.getPrototypeOf(object['data'])).toBe(Object.prototype);
  });
});

describe('what is written back', () => {
  test('empty and null members go where Go leaves them out; pointers keep zeros', () => {
    const metadata = { name: 'a', labels: {}, annotations: null, creationTimestamp: null };
    const body = { metadata, data: {}, type: '', immutable: false };
    expect(decode(body).object).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a' },
      immutable: false,
    });
  });

  test('null in a map is the zero value', () => {
    const { metadata } = decode(secret({}, { labels: { a: null } })).object;
    expect(metadata.labels).toEqual({ a: '' });
  });

  test('what Go always writes is there', () => {
    const group = 'rbac.authorization.k8s.io';
    expect(decode({}, { group, kind: 'Role' }).object['rules']).toBeNull();
    expect(decode({}, { kind: 'Namespace' }).object).toMatchObject({ spec: {}, status: {} });
  });

  test('times, quantities and large numbers are canonical', () => {
    const times = { renewTime: '2026-01-01T02:00:00.123456+02:00' };
    const lease = decode({ spec: times }, { group: 'coordination.k8s.io', kind: 'Lease' }).object;
    expect(lease['spec']).toEqual({ renewTime: '2026-01-01T00:00:00.123456Z' });
    const limits = { cpu: 0.5, memory: '1024Mi' };
    const pod = decode({ spec: { containers: [{ resources: { limits } }] } }, { kind: 'Pod' });
    expect(JSON.stringify(pod.object)).toContain('{"cpu":"500m","memory":"1Gi"}');
  });

  test('two spellings of one object are one text', () => {
    const one = decode('{"type":"x","metadata":{"labels":{"b":"1","a":"2"},"name":"a"}}').object;
    const other = decode('{"metadata":{"name":"a","labels":{"a":"2","b":"1"}},"type":"x"}').object;
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });
});

describe('YAML', () => {
  const yaml = { contentType: 'application/yaml; charset=utf-8' };

  test('is read as YAML 1.1, the first document alone', () => {
    const text =
      'metadata:\n  name: a\n  generation: 012\n  annotations: {d: 2020-01-01}\n---\nx: y';
    const { metadata } = decode(text, yaml).object;
    expect(metadata).toEqual({ name: 'a', generation: 10, annotations: { d: '2020-01-01' } });
  });

  test('y is a boolean', () => {
    expect(refusal('metadata: {annotations: {a: y}}', yaml)).toBe(
      `${unfit}json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.annotations of type string`,
    );
  });

  test('duplicate keys are told with their line', () => {
    const text = 'metadata:\n  name: a\n  name: b\nfoo: 1\n';
    const told = 'line 3: key "name" already set in map';
    expect(decode(text, yaml).warnings).toEqual([told, 'unknown field "foo"']);
    expect(refusal(text, { ...yaml, fieldValidation: 'Strict' })).toBe(
      `${unfit}strict decoding error: yaml: unmarshal errors:\n  ${told}, unknown field "foo"`,
    );
  });

  test('aliases cannot make it huge', () => {
    const lines = Array.from(
      { length: 9 },
      (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`,
    );
    expect(refusal(`a0: &a0 [x]\n${lines.join('\n')}`, yaml)).toContain('excessive aliasing');
  });
});

describe('apply patches', () => {
  const apply = { contentType: 'application/apply-patch+yaml' };

  test('are taken as they are written', () => {
    const text = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: null}\nfoo: 1\n';
    const { object, warnings } = decode(text, apply);
    expect(object).toEqual(secret({ data: { a: null }, foo: 1 }));
    expect(warnings).toEqual([]);
  });

  test.each([
    ['', 'invalid object type: /, Kind='],
    ['{"apiVersion":"v2","kind":"Secret"}', 'invalid object type: /v2, Kind=Secret'],
    ['{"apiVersion":"apps/v1","kind":"Secret"}', 'invalid object type: apps/v1, Kind=Secret'],
    [
      '[]',
      'error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
  ])('%j is refused', (text, why) => {
    expect(refusal(text, apply)).toBe(why);
  });
});
