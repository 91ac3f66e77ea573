import { expect, test } from 'vitest';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { KeyEffects } from '../../../../src/secrets/domain/json-patch-effects.js';
import type {
  PatchMap,
  PatchOp,
  PatchOperation,
} from '../../../../src/secrets/domain/json-patch-operation.js';

function operation(op: PatchOp, key: string, from?: string, map: PatchMap = 'data') {
  const at = (name: string) => ({ map, spelling: undefined, key: name });
  const source = from === undefined ? undefined : at(from);
  return { op, path: at(key), from: source, value: undefined } satisfies PatchOperation;
}

function summaryOf(...operations: PatchOperation[]) {
  const effects = new KeyEffects();
  for (const each of operations) effects.apply(each);
  return effects.summary();
}

test('metadata touches no key', () => {
  const { touched, read } = summaryOf(operation('copy', 'a', 'b', 'labels'));
  expect([touched, read]).toEqual([[], []]);
});

test('a copy reads its source, also under the name it had before', () => {
  const { read } = summaryOf(operation('move', 'b', 'a'), operation('copy', 'c', 'b'));
  expect(read).toEqual(['a', 'b']);
});

test('a moved value is carried if the patch has not given it', () => {
  const given = { ...operation('add', 'c'), value: SecretValue.fromBytes(Buffer.from('x')) };
  const { carried } = summaryOf(
    operation('move', 'b', 'a'),
    given,
    operation('move', 'd', 'c'),
    operation('copy', 'e', 'd'),
    operation('move', 'f', 'b'),
  );
  expect(carried).toEqual(['a', 'b']);
});

test('a key moved onto itself stays', () => {
  expect(summaryOf(operation('move', 'a', 'a')).removed).toEqual([]);
});

test('a removed key forgets where its value came from', () => {
  const { read, removed } = summaryOf(
    operation('move', 'b', 'a'),
    operation('remove', 'b'),
    operation('test', 'b'),
  );
  expect([read, removed]).toEqual([['b'], ['a', 'b']]);
});
