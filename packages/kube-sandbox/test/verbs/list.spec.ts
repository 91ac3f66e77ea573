import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bounds } from '../../src/store/sandbox-bounds.js';
import { changeLimits } from '../../../../test/support/changed-limits.js';
import { list } from '../../src/verbs/list.js';
import { deleteCollection } from '../../src/verbs/delete.js';
import type { ApiParts, ResourceRequest } from '../../src/verbs/resource-request.js';
import { definitionOf, noSchemas } from '../registry/registry.builder.js';
import { objectOf, secretAt, StoreFolder } from '../store/store.builder.js';

changeLimits([bounds], { listBytesMax: 3_500 });

let folder: StoreFolder;
let parts: ApiParts;

beforeEach(() => {
  folder = new StoreFolder();
  parts = { store: folder.store, schemas: noSchemas, nowMs: () => 0 } as unknown as ApiParts;
  for (const name of ['a', 'b', 'c', 'd']) write(name, 1_000);
});

afterEach(() => {
  folder.remove();
});

function write(name: string, length: number): void {
  const labels = { length: `${length}` };
  const secret = objectOf('Secret', { name, labels }, { data: { value: 'x'.repeat(length) } });
  folder.store.put(secretAt(name), secret);
}

function asking(query: string): ResourceRequest {
  const definition = definitionOf('secrets');
  const body = Buffer.alloc(0);
  const asked = { definition, namespace: 'a', name: '', query: new URLSearchParams(query), body };
  return asked as unknown as ResourceRequest;
}

const namesOf = ({ items }: ReturnType<typeof list>) => items.map(({ path }) => path.slice(2));

const tooLarge = expect.objectContaining({ code: 413, reason: 'RequestEntityTooLarge' });

describe('a list that is larger than an answer may be', () => {
  it('is refused where everything is asked for at once', () => {
    expect(() => list(parts, asking(''))).toThrow(tooLarge);
    expect(() => list(parts, asking(''))).toThrow(/in pages, with limit/);
    expect(() => list(parts, asking('resourceVersion=0'))).toThrow(tooLarge);
  });

  it('comes in shorter pages where there is a limit', () => {
    const first = list(parts, asking('limit=100'));
    expect(namesOf(first)).toEqual(['a', 'b', 'c']);
    expect(first.listMeta).toMatchObject({ remainingItemCount: 1 });
    const next = String(first.listMeta['continue']);
    expect(namesOf(list(parts, asking(`limit=100&continue=${next}`)))).toEqual(['d']);
    expect(namesOf(list(parts, asking('limit=2&resourceVersion=0')))).toEqual(['a', 'b', 'c']);
  });

  it('counts what selectors leave', () => {
    write('d', 2_000);
    expect(namesOf(list(parts, asking('labelSelector=length%3D1000')))).toEqual(['a', 'b', 'c']);
    expect(namesOf(list(parts, asking('labelSelector=length%3D2000')))).toEqual(['d']);
  });

  it('is not deleted either, unless in pages', () => {
    expect(() => deleteCollection(parts, asking(''))).toThrow(tooLarge);
    const range = { resource: 'secrets', namespace: '' };
    expect(folder.store.count(range)).toBe(4);
    expect(namesOf(deleteCollection(parts, asking('limit=2')))).toEqual(['a', 'b']);
    expect(folder.store.paths(range)).toEqual(['a/c', 'a/d']);
    expect(namesOf(deleteCollection(parts, asking('')))).toEqual(['c', 'd']);
    expect(folder.store.count(range)).toBe(0);
  });
});

describe('a limit', () => {
  it('may be as large as the API server takes it', () => {
    const selector = 'labelSelector=length%3D1000&limit';
    expect(namesOf(list(parts, asking(`${selector}=9223372036854775807`)))).toHaveLength(3);
    expect(namesOf(list(parts, asking('limit=9223372036854775807')))).toHaveLength(3);
  });

  it('ends with the last object of a list without a token', () => {
    const page = list(parts, asking('labelSelector=length%3D1000&limit=2'));
    expect(namesOf(page)).toEqual(['a', 'b']);
    expect(page.listMeta).toHaveProperty('continue');
    expect(page.listMeta).not.toHaveProperty('remainingItemCount');
    folder.store.delete(secretAt('d'), objectOf('Secret', { name: 'd' }));
    expect(list(parts, asking('limit=3')).listMeta).not.toHaveProperty('continue');
  });

  it('gives later pages of the state of the first one', () => {
    const first = list(parts, asking('limit=2'));
    folder.store.delete(secretAt('c'), objectOf('Secret', { name: 'c' }));
    write('e', 10);
    const next = String(first.listMeta['continue']);
    const second = list(parts, asking(`limit=1&continue=${next}`));
    expect(namesOf(second)).toEqual(['c']);
    expect(second.listMeta).toMatchObject({ remainingItemCount: 1 });
  });
});
