import { describe, expect, it } from 'vitest';
import { planState } from '../../../../src/versions/domain/plan-state.js';

const content = (text: string) => Buffer.from(text);
const head = {
  secretUid: 'u1',
  resourceVersion: '100',
  last: { secretUid: 'u1', fingerprint: content('a') },
};

function state(uid: string, resourceVersion: string, text: string, isListed = false) {
  return { uid, resourceVersion, fingerprint: content(text), isListed };
}

describe('a state', () => {
  it.each([
    ['of no history yet', undefined, state('u1', '1', 'a', true), { kind: 'new', isGap: false }],
    ['with another content', head, state('u1', '101', 'b'), { kind: 'new', isGap: false }],
    ['with another content, in a list', head, state('u1', '101', 'b', true), gap()],
    ['with the same content', head, state('u1', '101', 'a'), { kind: 'same' }],
    ['that is recorded', head, state('u1', '100', 'a'), { kind: 'past' }],
    ['that is older', head, state('u1', '99', 'b'), { kind: 'past' }],
    ['that is older, in a list', head, state('u1', '99', 'b', true), { kind: 'past' }],
    ['of an earlier Secret', head, state('u0', '50', 'b'), { kind: 'past' }],
    ['of a Secret made anew', head, state('u2', '101', 'a'), { kind: 'new', isGap: false }],
    ['of a restored cluster', head, state('u2', '50', 'a', true), gap()],
    ['after the last version went', { ...head, last: undefined }, state('u1', '101', 'a'), plain()],
  ])('%s', (_, before, given, verdict) => {
    expect(planState(before, given)).toEqual(verdict);
  });
});

function gap() {
  return { kind: 'new', isGap: true };
}

function plain() {
  return { kind: 'new', isGap: false };
}
