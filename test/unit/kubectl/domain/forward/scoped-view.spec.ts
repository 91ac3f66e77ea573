import { describe, expect, it } from 'vitest';
import { scopedView } from '../../../../../src/kubectl/domain/forward/scoped-view.js';

describe('what a scope leaves of an answer', () => {
  it.each([undefined, {}, { actions: ['read'] }, { cidrs: ['10.0.0.0/8'] }])(
    'is everything where it narrows nothing of them: %j',
    (scope) => {
      expect(scopedView(scope)).toBeUndefined();
    },
  );

  it.each([
    ['its namespaces', { namespaces: ['pay-*'] }, 'pay-1', 'db', true],
    ['no other namespace', { namespaces: ['pay-*'] }, 'shop', 'db', false],
    ['its Secrets', { secrets: ['db*'] }, 'pay', 'db-1', true],
    ['no other Secret', { secrets: ['db*'] }, 'pay', 'web', false],
    ['nothing, where it lists nothing', { secrets: [] }, 'pay', 'db', false],
  ])('are %s', (_title, scope, namespace, name, isShown) => {
    expect(scopedView(scope)?.shows(namespace, name)).toBe(isShown);
  });

  it.each([
    [['read'], true],
    [['secrets.*'], true],
    [['secrets.list', 'secrets.get', 'write'], false],
    [[], false],
  ])('holds values for the actions %s: %s', (actions, expected) => {
    expect(scopedView({ namespaces: ['pay'], actions })?.hasValues).toBe(expected);
  });
});
