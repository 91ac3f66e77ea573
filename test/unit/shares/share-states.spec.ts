import { beforeEach, describe, expect, it } from 'vitest';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { Authors } from '../../../src/custom-resources/authors.service.js';
import type { ShareSpec } from '../../../src/shares/domain/share-spec.js';
import { ShareStates } from '../../../src/shares/share-states.js';
import type { SharePins } from '../../../src/shares/domain/share-pins.js';
import { aShare } from './domain/sharing.builder.js';
import { Rows } from './object-rows.builder.js';

const share = aShare();
const spec = share.spec as ShareSpec;
const forbidden = { reason: 'AuthorForbidden', message: 'the author may not' } as const;

let nowMs: number;
let mayRead: boolean;
let rows: Rows;
let states: ShareStates;

beforeEach(() => {
  nowMs = 1_000;
  mayRead = true;
  const authors: Pick<Authors, 'of' | 'problemOf'> = {
    of: () => Promise.resolve(undefined),
    problemOf: () => Promise.resolve(mayRead ? undefined : forbidden),
  };
  rows = new Rows();
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  states = new ShareStates(authors, rows, clock as never);
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

describe('uses that begin at the same time', () => {
  const useOf = (namespace: string, secretUID = 'uid-of-db') => {
    return { secretUID, namespace, namespaceUID: `uid-of-${namespace}` };
  };
  const facts = () => rows.facts.get(share.object.uid) as SharePins | undefined;

  it('are all recorded, by as many consumers as a share has', async () => {
    const state = await states.of(share, spec);
    const names = Array.from({ length: shareLimits.consumersMax }, (_, index) => `shop-${index}`);
    const pinned = await Promise.all(names.map((name) => states.pin(share, state, useOf(name))));
    expect(pinned).toEqual(names.map(() => true));
    expect(Object.keys(facts()?.consumers ?? {}).toSorted()).toEqual(names.toSorted());
  });

  it('are decided again if another Secret was recorded meanwhile', async () => {
    const state = await states.of(share, spec);
    await states.pin(share, state, useOf('web', 'uid-of-another'));
    expect(await states.pin(share, state, useOf('shop'))).toBe(false);
    expect(Object.keys(facts()?.consumers ?? {})).toEqual(['web']);
    expect(states.known(share)).toBeUndefined();
  });

  it('are decided again if the namespace was revoked meanwhile', async () => {
    const state = await states.of(share, spec);
    const consumer = { namespaceUID: 'uid-of-shop', sinceMs: 1, revoked: true };
    rows.put(
      { uid: share.object.uid, resource: 'secretshares' },
      { secretUID: 'uid-of-db', consumers: { shop: consumer } },
    );
    expect(await states.pin(share, state, useOf('shop'))).toBe(false);
  });
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
