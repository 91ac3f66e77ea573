import { expect, it } from 'vitest';
import { isKubernetesPath } from '../../../../../src/platform/http/domain/kubernetes-path.js';

it.each([
  ['/kubernetes', true],
  ['/kubernetes?x', true],
  ['/kubernetes/api/v1', true],
  ['/kubernetesx', false],
  ['/v1/kubernetes', false],
  ['', false],
])('%s is a path of the façade: %s', (target, expected) => {
  expect(isKubernetesPath(target)).toBe(expected);
});
