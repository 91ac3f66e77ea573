import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ResourceDefinition } from '../../src/model/resource-definition.js';
import { kubernetesSchemas } from '../../src/schema/schema-source.js';
import { ObjectStore } from '../../src/store/object-store.js';
import { openSandboxDatabase } from '../../src/store/sandbox-database.js';
import { patch } from '../../src/verbs/patch.js';
import type { ApiParts, ResourceRequest } from '../../src/verbs/resource-request.js';

const schemas = kubernetesSchemas();
const definition = {
  group: '',
  version: 'v1',
  resource: 'secrets',
  kind: 'Secret',
  isNamespaced: true,
  isCustom: false,
  schema: schemas.forKind('', 'v1', 'Secret'),
} as ResourceDefinition;

let dir: string;
let store: ObjectStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-patch-'));
  store = new ObjectStore(openSandboxDatabase(dir), () => 0);
  const path = { resource: 'secrets', namespace: 'pay', name: 'one' };
  const metadata = { name: 'one', namespace: 'pay' };
  store.put(path, { kind: 'Secret', apiVersion: 'v1', metadata, data: { k: 'dg==' } });
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function refused(contentType: string, body: string, name = 'one'): unknown {
  const parts = { store, schemas, nowMs: () => 0 } as unknown as ApiParts;
  const request = {
    definition,
    namespace: 'pay',
    name,
    subresource: '',
    query: new URLSearchParams(),
    contentType: `application/${contentType}`,
    userAgent: 'test',
    body: Buffer.from(body),
  } as ResourceRequest;
  try {
    return patch(parts, request);
  } catch (error) {
    return error;
  }
}

const invalidPatch = { code: 400, reason: 'BadRequest', message: 'invalid JSON patch' };

describe('patches are refused', () => {
  test.each(['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'])(
    'that nest too deep: %s',
    (type) => {
      const deep = `{"data":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`;
      expect(refused(type, deep)).toMatchObject(invalidPatch);
      expect(refused(type, '{')).toMatchObject(invalidPatch);
    },
  );

  test('that make an object which nests too deep, or is too large', () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    const place = `/data/k${'/a'.repeat(400)}`;
    const ops = `[{"op":"add","path":"/data/k","value":${nested(400)}},
      {"op":"add","path":"${place}","value":${nested(400)}}]`;
    expect(refused('json-patch+json', ops)).toMatchObject({ code: 413 });
  });

  test('of objects that are not there', () => {
    expect(refused('merge-patch+json', '{}', 'none')).toMatchObject({ code: 404 });
  });
});
