import { beforeEach, expect, it, vi } from 'vitest';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { Authors } from '../../../src/custom-resources/authors.service.js';
import type { ShareSpec } from '../../../src/shares/domain/share-spec.js';
import { ShareStates } from '../../../src/shares/share-states.js';
import { aShare } from './domain/sharing.builder.js';

const share = aShare();
const spec = share.spec as ShareSpec;
const forbidden = { reason: 'AuthorForbidden', message: 'the author may not' } as const;

let nowMs: number;
let mayRead: boolean;
let states: ShareStates;

beforeEach(() => {
  nowMs = 1_000;
  mayRead = true;
  const authors: Pick<Authors, 'of' | 'problemOf'> = {
    of: () => Promise.resolve(undefined),
    problemOf: () => Promise.resolve(mayRead ? undefined : forbidden),
  };
  const records = { get: () => Promise.resolve(undefined), saveFacts: vi.fn(async () => true) };
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  states = new ShareStates(authors, records, clock as never);
});

it('checks the rights of an author again in time, whatever uses begin meanwhile', async () => {
  await states.of(share, spec);
  mayRead = false;
  for (const namespace of ['shop', 'web', 'blog']) {
    nowMs += shareLimits.authorCheckedMs - 1_000;
    const state = await states.of(share, spec);
    const use = { secretUID: 'uid-of-db', namespace, namespaceUID: `uid-of-${namespace}` };
    await states.pin(share, state, use);
  }
  expect((await states.of(share, spec)).problem).toBe(forbidden);
  expect(nowMs).toBeGreaterThan(10_000);
});

it('remembers what a use has recorded', async () => {
  const state = await states.of(share, spec);
  const use = { secretUID: 'uid-of-db', namespace: 'shop', namespaceUID: 'uid-of-shop' };
  expect(await states.pin(share, state, use)).toBe(true);
  expect((await states.of(share, spec)).pins.secretUID).toBe('uid-of-db');
});

it('knows a state without a question while that is young enough, of this spec alone', async () => {
  expect(states.known(share)).toBeUndefined();
  const state = await states.of(share, spec);
  nowMs += shareLimits.authorCheckedMs - 1;
  expect(states.known(share)).toEqual(expect.objectContaining(state));
  expect(states.known(aShare({}, { generation: 2 }))).toBeUndefined();
  nowMs += 1;
  expect(states.known(share)).toBeUndefined();
});

it('knows no state that was forgotten', async () => {
  await states.of(share, spec);
  states.forget(share);
  expect(states.known(share)).toBeUndefined();
});
