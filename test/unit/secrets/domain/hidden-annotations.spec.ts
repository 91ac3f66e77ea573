import { expect, test } from 'vitest';
import {
  hiddenAnnotations,
  isHiddenAnnotation,
  shownAnnotations,
} from '../../../../src/secrets/domain/hidden-annotations.js';
import { lastApplied, marker } from './secret.builder.js';

/** https://kubernetes.io/docs/reference/labels-annotations-taints/, and other tools' own. */
test.each([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kudo.dev/last-applied-configuration',
  'banzaicloud.com/last-applied',
  'qbec.io/last-applied',
  'objectset.rio.cattle.io/applied',
  'kapp.k14s.io/original',
  'kapp.k14s.io/original-diff',
  'kapp.k14s.io/original-diff-full',
  'kapp.k14s.io/original-diff-md5',
  'ksonnet.io/managed',
])('hides %s, in which a tool keeps an object', (key) => {
  expect(isHiddenAnnotation(key)).toBe(true);
});

test.each([
  'objectset.rio.cattle.io/id',
  'kapp.k14s.io/identity',
  'example.com/applied',
  'example.com/last-applied-by',
  'managed',
])('shows %s, in which there is none', (key) => {
  expect(isHiddenAnnotation(key)).toBe(false);
});

test('parts annotations into those that are shown and those that hold values', () => {
  const annotations = { a: 'x', [lastApplied]: marker };
  expect(shownAnnotations(annotations)).toEqual({ a: 'x' });
  expect(hiddenAnnotations(annotations)).toEqual({ [lastApplied]: marker });
  expect([isHiddenAnnotation(lastApplied), isHiddenAnnotation('a')]).toEqual([true, false]);
});
