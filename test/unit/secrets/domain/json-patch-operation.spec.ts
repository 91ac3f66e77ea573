import { expect, test } from 'vitest';
import type { FieldError } from '../../../../src/core/errors/sallyport-error.js';
import { parseOperation } from '../../../../src/secrets/domain/json-patch-operation.js';
import { marker } from './secret.builder.js';

function parsed(raw: unknown) {
  const errors: FieldError[] = [];
  const operation = parseOperation(raw, 3, errors);
  expect(JSON.stringify([operation, errors])).not.toContain(marker);
  return { operation, errors };
}

test('both spellings name the same key, and the value is opaque from here on', () => {
  const path = { map: 'data', key: 'a' };
  const { operation } = parsed({ op: 'add', path: '/stringData/a', value: marker });
  expect(operation).toMatchObject({ op: 'add', path, from: undefined });
  expect(parsed({ op: 'remove', path: '/data/a' }).operation).toMatchObject({ path });
});

test('reports an unknown op, an unknown member and a missing one by index', () => {
  const cases = [{ op: 'toString' }, { op: 'remove', path: '/data/a', extra: 1 }, { op: 'remove' }];
  const places = cases.map((raw) => parsed(raw).errors.map(({ pointer }) => pointer));
  expect(places).toEqual([['/3/op'], ['/3/extra'], ['/3/path']]);
});
