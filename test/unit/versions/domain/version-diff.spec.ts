import { expect, test } from 'vitest';
import { lastApplied } from '../../secrets/domain/secret.builder.js';
import { diffVersions } from '../../../../src/versions/domain/version-diff.js';

const key = (name: string, mac: string, sizeBytes = 1, version = 1) => ({
  ...{ name, mac, sizeBytes, version },
});
const annotation = (name: string, mac: string) => ({ name, mac });
const side = (version: number, rest: object = {}) => ({
  ...{ version, type: 'Opaque', immutable: false, labels: {}, annotations: [], keys: [] },
  ...rest,
});

test('keys are told apart by what they hold, not by their sizes', () => {
  const from = side(1, { keys: [key('gone', 'a'), key('kept', 'b', 5), key('same', 'c', 3)] });
  const to = side(2, {
    keys: [key('kept', 'x', 5, 2), key('new', 'b', 9, 2), key('same', 'c', 3)],
  });
  expect(diffVersions(from, to)).toEqual({
    ...{ from: 1, to: 2, typeChanged: false, immutableChanged: false },
    added: [{ name: 'new', sizeBytes: 9, version: 2 }],
    removed: [{ name: 'gone', sizeBytes: 1, version: 1 }],
    changed: [{ name: 'kept', fromBytes: 5, toBytes: 5 }],
    labelsChanged: [],
    annotationsChanged: [],
  });
});

test('type, mutability, labels and annotations by name alone', () => {
  const from = side(1, {
    labels: { a: '1', b: '1', constructor: 'x' },
    annotations: [
      annotation('note', 'mac-1'),
      annotation(lastApplied, 'a'),
      annotation('same', 'b'),
    ],
  });
  const to = side(2, {
    type: 'a.example/b',
    immutable: true,
    labels: { b: '2', c: '1' },
    annotations: [
      annotation('note', 'mac-2'),
      annotation(lastApplied, 'b'),
      annotation('same', 'b'),
    ],
  });
  const diff = diffVersions(from, to);
  expect(diff).toMatchObject({ typeChanged: true, immutableChanged: true });
  expect(diff.labelsChanged).toEqual(['a', 'b', 'c', 'constructor']);
  // Annotations that hold values are as good as values.
  expect(diff.annotationsChanged).toEqual(['note']);
  expect(JSON.stringify(diff)).not.toContain('mac');
});

test('a version does not differ from itself', () => {
  const one = side(1, { keys: [key('a', 'b')], labels: { l: '1' } });
  const { added, removed, changed, labelsChanged } = diffVersions(one, one);
  expect([added, removed, changed, labelsChanged].flat()).toEqual([]);
});
