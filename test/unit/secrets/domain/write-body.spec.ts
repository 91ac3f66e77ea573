import { describe, expect, test } from 'vitest';
import { parseWriteBody } from '../../../../src/secrets/domain/write-body.js';
import { lastApplied, marker, pointers, refusal } from './secret.builder.js';

const place = { namespace: 'shop', name: 'database' };

function placesOf(body: unknown, at: { namespace: string; name?: string } = place) {
  return pointers(() => parseWriteBody(body, at));
}

describe('parseWriteBody', () => {
  test('refuses a body without stringData and data; an empty map empties', () => {
    expect(placesOf({ labels: {} })).toEqual(['/data']);
    expect(parseWriteBody({ data: {} }, place).data.size).toBe(0);
  });

  test('tells absent members from empty ones', () => {
    const input = parseWriteBody({ data: {}, labels: {} }, place);
    expect([input.labels, input.annotations, input.immutable, input.type]).toEqual([
      {},
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('names unknown members and null ones', () => {
    const body = { data: {}, stringdata: { a: marker }, labels: null, immutable: null, uid: null };
    expect(placesOf(body)).toEqual(['/stringdata', '/labels', '/immutable', '/uid']);
    expect(placesOf({ data: null })).toContain('/data');
  });

  test('ignores read-only members, whatever they hold', () => {
    const readOnly = { version: null, updatedBy: null, createdAt: 'x', ownerReferences: [1] };
    expect(parseWriteBody({ data: {}, ...readOnly }, place)).not.toHaveProperty('version');
  });

  test('refuses a namespace or name that disagrees with the path', () => {
    expect(placesOf({ data: {}, namespace: 'other', name: 1 })).toEqual(['/namespace', '/name']);
  });

  test('takes the name from the body on POST, where it is required', () => {
    const at = { namespace: 'shop' };
    expect(parseWriteBody({ data: {}, name: 'a' }, at).name).toBe('a');
    expect(placesOf({ data: {} }, at)).toEqual(['/name']);
    expect(placesOf({ data: {}, name: 'A' }, at)).toEqual(['/name']);
  });

  test('refuses wrong types of members', () => {
    const body = { data: {}, type: '', immutable: 'true', labels: { a: 1 }, annotations: [] };
    expect(placesOf(body)).toEqual(['/type', '/immutable', '/labels/a', '/annotations']);
  });

  test('refuses to name an annotation that is not shown', () => {
    const places = placesOf({ data: {}, annotations: { [lastApplied]: marker } });
    expect(places).toEqual(['/annotations/kubectl.kubernetes.io~1last-applied-configuration']);
  });

  test.each([[null], [[]], ['x'], [1]])('refuses %j, which is no object', (body) => {
    expect(refusal(() => parseWriteBody(body, place)).code).toBe('Invalid');
  });

  test('reports at most a hundred places', () => {
    const data = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`/${index}`, '']));
    expect(placesOf({ data })).toHaveLength(100);
  });
});
