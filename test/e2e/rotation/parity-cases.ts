import { expect } from 'vitest';
import type { Expected } from '../../support/door.js';
import {
  cancel,
  type Place,
  readPolicy,
  readRun,
  remove,
  retire,
  type RotationCase,
  set,
  start,
} from './parity-calls.js';

const generate = [{ key: 'password', password: { length: 40 } }];
const noRun = '00000000-0000-4000-8000-000000000000';

/** Each way to call a rotation, with success and with every failure. */
export function rotationCases(): readonly RotationCase[] {
  return [...sets(), ...removals(), ...starts(), ...wishes(), ...reads(), ...denials()];
}

const failed = (action: string, code: string, status: number, data: object = {}): Expected => ({
  code,
  data,
  event: { action, outcome: code === 'Forbidden' ? 'denied' : 'failed', code: status },
});
const done = (action: string, code: number, data: object, event: object = {}): Expected => ({
  data,
  event: { action, outcome: 'allowed', code, ...event },
});

function sets(): readonly RotationCase[] {
  const action = 'rotations.update';
  const spec = { generate, suspend: true, schedule: { every: '30d' } };
  const data = { target: 'NONE', suspended: true, schedule: 'every 30d' };
  const keys = ['password'];
  const refused = (errors: readonly object[]) => failed(action, 'Invalid', 422, { errors });
  return [
    set({ name: 'a first spec', stage: 'bare', spec, expect: done(action, 201, data, { keys }) }),
    set({ name: 'another spec', stage: 'set', spec, expect: done(action, 200, data, { keys }) }),
    set({
      name: 'a dry run of a first spec',
      stage: 'bare',
      spec,
      options: { dryRun: true },
      expect: done(action, 201, data, { keys, marks: ['dry-run'] }),
    }),
    set({
      name: 'a spec that breaks rules in two places',
      stage: 'bare',
      spec: {
        generate: [{ key: 'password', password: { length: 2 } }],
        schedule: { every: 'often' },
      },
      expect: refused([
        { pointer: '/generate/0/password/length', reason: 'at least 8' },
        { pointer: '/schedule/every', reason: 'not a duration such as 30d, 12h, 15m or 90s' },
      ]),
    }),
    set({
      name: 'a spec of a Secret that is not there',
      stage: 'absent',
      expect: failed(action, 'NotFound', 404),
    }),
    set({
      name: 'a spec of a Secret that Argo CD writes',
      stage: 'managed',
      expect: refused([
        {
          pointer: '/takeOwnership',
          reason: 'ManagedElsewhere: the Secret is managed by Argo CD',
        },
      ]),
    }),
    set({
      name: 'the same with takeOwnership',
      stage: 'managed',
      spec: { ...spec, takeOwnership: true },
      expect: done(action, 201, data),
    }),
    set({
      name: 'a spec where nothing is served',
      stage: 'unserved',
      expect: refused([
        {
          pointer: '/path/namespace',
          reason: 'namespace elsewhere is not served by this gateway',
        },
      ]),
    }),
  ];
}

function removals(): readonly RotationCase[] {
  const action = 'rotations.update';
  return [
    remove({ name: 'an end', stage: 'set', expect: done(action, 204, { isRemoved: true }) }),
    remove({
      name: 'a dry run of an end',
      stage: 'set',
      options: { dryRun: true },
      expect: done(action, 204, { isRemoved: true }, { marks: ['dry-run'] }),
    }),
    remove({
      name: 'an end of what there is not',
      stage: 'bare',
      expect: failed(action, 'NotFound', 404),
    }),
  ];
}

function starts(): readonly RotationCase[] {
  const action = 'rotations.run';
  const begun = { fromVersion: null, toVersion: null, error: null };
  return [
    start({ name: 'a run', stage: 'set', expect: done(action, 202, begun) }),
    start({
      name: 'a run that ends the old value at once',
      stage: 'set',
      retireAfter: '0s',
      expect: done(action, 202, begun),
    }),
    start({
      name: 'a run whose end is no duration',
      stage: 'set',
      retireAfter: 'soon',
      expect: failed(action, 'Invalid', 422, { errors: [{ pointer: '/retireAfter' }] }),
    }),
    start({
      name: 'a run of what is rotated by nobody',
      stage: 'bare',
      expect: failed(action, 'NotFound', 404),
    }),
    ...(['stuck', 'waiting'] as const).map((stage) =>
      start({
        name: `a run while another is ${stage}`,
        stage,
        expect: ({ runId }) => failed(action, 'Conflict', 409, { runId }),
      }),
    ),
    start({
      name: 'a run where nothing is served',
      stage: 'unserved',
      expect: failed(action, 'Invalid', 422, { errors: [{ pointer: '/path/namespace' }] }),
    }),
  ];
}

function wishes(): readonly RotationCase[] {
  const here = ({ runId }: Place) => ({ id: runId });
  const late =
    (action: string) =>
    ({ runId }: Place) =>
      failed(action, 'Conflict', 409, { runId });
  return [
    cancel({
      name: 'a cancel in time',
      stage: 'stuck',
      expect: (place) => done('rotations.cancel', 202, here(place)),
    }),
    cancel({
      name: 'a cancel of what is published',
      stage: 'waiting',
      expect: late('rotations.cancel'),
    }),
    cancel({ name: 'a cancel of what is over', stage: 'ended', expect: late('rotations.cancel') }),
    retire({
      name: 'the end of an old value',
      stage: 'waiting',
      expect: (place) => done('rotations.retire', 202, here(place)),
    }),
    retire({
      name: 'the end of an old value before there is a new one',
      stage: 'stuck',
      expect: late('rotations.retire'),
    }),
    retire({
      name: 'the end of what has ended',
      stage: 'ended',
      expect: late('rotations.retire'),
    }),
    ...[cancel, retire].flatMap((ask) => {
      const action = ask === cancel ? 'rotations.cancel' : 'rotations.retire';
      return [
        ask({
          name: `${action} of no run`,
          stage: 'set',
          runId: noRun,
          expect: failed(action, 'NotFound', 404),
        }),
        ask({
          name: `${action} of what names no run`,
          stage: 'set',
          runId: 'newest',
          expect: failed(action, 'BadRequest', 400),
        }),
      ];
    }),
  ];
}

function reads(): readonly RotationCase[] {
  const action = 'rotations.get';
  return [
    readPolicy({
      name: 'a rotation',
      stage: 'set',
      expect: done(action, 200, {
        ...{ target: 'NONE', suspended: false, schedule: null },
        ...{ nextRunAt: null, lastRun: null },
      }),
    }),
    readPolicy({
      name: 'a rotation that waits',
      stage: 'waiting',
      expect: ({ runId }) =>
        done(action, 200, { target: 'WEBHOOK', lastRun: { id: runId, state: 'WAITING' } }),
    }),
    readRun({
      name: 'a run that is over',
      stage: 'ended',
      expect: ({ runId }) =>
        done(action, 200, { id: runId, state: 'SUCCEEDED', step: 'RETIRE', error: null }),
    }),
    readRun({
      name: 'a run that does not get on',
      stage: 'stuck',
      expect: ({ runId }) =>
        done(action, 200, {
          ...{ id: runId, state: 'RUNNING', step: 'SET', endedAt: null },
          error: {
            reason: 'TargetFailed',
            message: 'the receiver asks for another try of the step set',
          },
        }),
    }),
    readRun({
      name: 'no run',
      stage: 'set',
      runId: noRun,
      expect: failed(action, 'NotFound', 404),
    }),
    readRun({
      name: 'what names no run',
      stage: 'set',
      runId: 'newest',
      expect: failed(action, 'BadRequest', 400),
    }),
  ];
}

/** In the same words whether or not there is what is asked for. */
function denials(): readonly RotationCase[] {
  return (['set', 'absent'] as const).flatMap((stage) => {
    const denied = (action: string, verb: string, resource = 'secretrotations') => ({
      ...{ name: `${action} without the right to ${verb}`, stage, as: 'reader', runId: noRun },
      expect: ({ secret, namespace }: Place) =>
        failed(action, 'Forbidden', 403, {
          detail: expect.stringMatching(
            `"${secret}" is forbidden: User .* cannot ${verb} resource "${resource}" .* "${namespace}"$`,
          ) as unknown,
        }),
    });
    const run = 'secretrotations/run';
    return [
      set(denied('rotations.update', 'update')),
      remove(denied('rotations.update', 'delete')),
      start(denied('rotations.run', 'create', run)),
      cancel(denied('rotations.cancel', 'create', run)),
      retire(denied('rotations.retire', 'create', run)),
      readRun(denied('rotations.get', 'get')),
      ...(stage === 'set' ? [readPolicy(denied('rotations.get', 'get'))] : []),
    ];
  });
}
