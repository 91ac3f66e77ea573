import { expect, it } from 'vitest';
import type { PolicyView } from '../../../../src/rotation/domain/policy-view.js';
import {
  presentRotation,
  rotationId,
} from '../../../../src/rotation/graphql/rotation.graphql-presenter.js';

const ref = { namespace: 'pay', name: 'db' };
const view: PolicyView = {
  spec: {},
  readOnly: { author: null, nextRunAt: null, lastRun: null, problem: 'a rule' },
  etag: '"u.1"',
  target: 'unknown',
  strategy: 'unknown',
  schedule: null,
  isSuspended: false,
};

it('the id of a rotation is one, except in the plan of a dry run', () => {
  expect(presentRotation(ref, view).id).toBe(rotationId(ref));
  expect(presentRotation(ref, view, { isPlan: true }).id).not.toBe(rotationId(ref));
});

it('a rotation that breaks a rule has neither target nor strategy', () => {
  expect(presentRotation(ref, view)).toMatchObject({ target: null, strategy: null });
});
