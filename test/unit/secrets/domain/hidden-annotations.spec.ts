import { expect, test } from 'vitest';
import {
  hiddenAnnotations,
  isHiddenAnnotation,
  shownAnnotations,
} from '../../../../src/secrets/domain/hidden-annotations.js';
import { lastApplied, marker } from './secret.builder.js';

test('parts annotations into those that are shown and those that hold values', () => {
  const annotations = { a: 'x', [lastApplied]: marker };
  expect(shownAnnotations(annotations)).toEqual({ a: 'x' });
  expect(hiddenAnnotations(annotations)).toEqual({ [lastApplied]: marker });
  expect([isHiddenAnnotation(lastApplied), isHiddenAnnotation('a')]).toEqual([true, false]);
});
