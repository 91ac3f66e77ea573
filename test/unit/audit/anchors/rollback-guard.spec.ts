import { describe, expect, it } from 'vitest';
import {
  AnchorFailed,
  AnchorUnread,
  type ReadableAnchor,
} from '../../../../src/audit/anchors/anchor.js';
import { RollbackGuard } from '../../../../src/audit/anchors/rollback-guard.js';
import { LastSignedCheckpoint } from '../../../../src/audit/anchors/last-signed-checkpoint.js';
import type { Acceptance } from '../../../../src/audit/log/domain/acceptance.js';
import { acceptanceOf, noteOf, verifiers } from './domain/notes.js';

const tree = (size: number) => ({ size, root: Buffer.alloc(32, size) });
const checkpoint = (size: number) => {
  const note = noteOf(size, tree(size).root);
  return { ...tree(size), note, signedMs: 0 };
};

/** A process that has signed nine entries, over a log that has as many until it is put back. */
async function guardedLog() {
  const state = { size: 9, accepted: [] as Acceptance[], loss: undefined as string | undefined };
  const told: string[] = [];
  const signed = new LastSignedCheckpoint();
  const guard = new RollbackGuard({
    anchors: [signed],
    log: {
      signedSize: () => Promise.resolve(state.size),
      rootAt: (size) => Promise.resolve(tree(size).root),
      acceptances: () => Promise.resolve({ accepted: state.accepted, foreign: [] }),
      verifiers,
      goneUnrecorded: () => Promise.resolve(0),
    },
    onAlarm: () => undefined,
    lookMs: 10,
  });
  signed.onGivenUp(() => guard.givenUp());
  guard.watchLoss(() => state.loss);
  guard.onAccepted(() => {
    told.push('accepted');
    state.loss = undefined;
  });
  guard.onReleased(() => void told.push('released'));
  await guard.look();
  await signed.put(checkpoint(9));
  const putBack = (): void => {
    state.size = 5;
    state.loss = 'entries were lost';
  };
  return { guard, signed, state, told, putBack };
}

describe('a log that was put back', () => {
  it('is served once its loss is accepted', async () => {
    const { guard, state, told, putBack } = await guardedLog();
    putBack();
    await guard.suspect();
    expect(guard.refusal).toMatch(/^the audit log was rolled back: 9 entries/);
    state.accepted = [acceptanceOf(tree(9))];
    await guard.look();
    expect([guard.refusal, told]).toEqual([undefined, ['accepted', 'released']]);
    await guard.stop();
  });

  it('is looked at again and again, also by a guard that had nothing to look at', async () => {
    const { guard, state, told, putBack } = await guardedLog();
    guard.watch();
    putBack();
    await guard.suspect();
    state.accepted = [acceptanceOf(tree(9))];
    await expect.poll(() => told).toEqual(['accepted', 'released']);
    await guard.stop();
  });

  it.each(['the guard', 'whoever puts it into an anchor'])(
    'is served where that came before %s has looked',
    async (first) => {
      const { guard, signed, state, told, putBack } = await guardedLog();
      putBack();
      state.accepted = [acceptanceOf(tree(12))];
      const suspected = guard.suspect();
      if (first !== 'the guard') await signed.held({ accepted: state.accepted });
      await suspected;
      await guard.look();
      expect([guard.refusal, told]).toEqual([undefined, ['accepted', 'released']]);
      await guard.stop();
    },
  );

  it('is served where that came between two suspicions', async () => {
    const { guard, signed, state, told, putBack } = await guardedLog();
    putBack();
    const first = guard.suspect();
    state.accepted = [acceptanceOf(tree(12))];
    await signed.held({ accepted: state.accepted });
    await Promise.all([first, guard.suspect()]);
    await guard.look();
    expect([guard.refusal, told]).toEqual([undefined, ['accepted', 'released']]);
    await guard.stop();
  });

  it('is not served for what was accepted of an earlier one', async () => {
    const { guard, signed, state, told, putBack } = await guardedLog();
    state.accepted = [acceptanceOf(tree(12))];
    await signed.held({ accepted: state.accepted });
    await signed.put(checkpoint(9));
    putBack();
    await guard.suspect();
    await guard.look();
    expect(guard.refusal).toMatch(/^the audit log was rolled back: 9 entries/);
    expect(told).toEqual([]);
    await guard.stop();
  });
});

describe('what a place has', () => {
  const foreign: number[] = [];
  const log = {
    signedSize: () => Promise.resolve(9),
    rootAt: (size: number) => Promise.resolve(tree(size).root),
    acceptances: () => Promise.resolve({ accepted: [], foreign }),
    goneUnrecorded: () => Promise.resolve(0),
    verifiers,
  };
  const placeWith = (held: ReadableAnchor['held']): ReadableAnchor => ({
    place: 'file:/anchor',
    put: () => Promise.resolve({}),
    held,
  });

  async function lookedAt(held: ReadableAnchor['held']) {
    const alarms: string[] = [];
    const anchors = [placeWith(held)];
    const guard = new RollbackGuard({ anchors, log, onAlarm: (text) => void alarms.push(text) });
    await guard.look();
    await guard.stop();
    return { guard, alarms };
  }

  it('and is no checkpoint of the log is no rollback, and neither is it agreement', async () => {
    const { guard, alarms } = await lookedAt(() => Promise.reject(new AnchorUnread()));
    expect(guard.refusal).toBeUndefined();
    expect([guard.unread, guard.hasForeign]).toEqual([['file:/anchor'], true]);
    expect(guard.isVerified('file:/anchor')).toBe(false);
    expect(alarms).toEqual([expect.stringContaining('no checkpoint that a key of this log')]);
  });

  it('cannot be read: it may have nothing of another log', async () => {
    const { guard } = await lookedAt(() => Promise.reject(new AnchorFailed('it is away')));
    expect([guard.unread, guard.hasForeign]).toEqual([['file:/anchor'], false]);
  });

  it('beside checkpoints that fit is an alarm, and is told from then on', async () => {
    const reading = { notes: [tree(5)], strange: '9 bytes in it' };
    const { guard, alarms } = await lookedAt(() => Promise.resolve(reading));
    expect([guard.refusal, guard.strangeAt('file:/anchor')]).toEqual([undefined, '9 bytes in it']);
    expect(guard.isVerified('file:/anchor')).toBe(true);
    expect(alarms).toEqual([expect.stringContaining('was written by others: 9 bytes in it')]);
  });

  it('is found to contradict for each branch, the largest first', async () => {
    const branch = 'a'.repeat(64);
    const other = (size: number) => ({ size, root: Buffer.alloc(32) });
    const notes = [other(4), { ...other(7), branch }, other(12), { ...other(3), branch }, tree(8)];
    const { guard } = await lookedAt(() => Promise.resolve({ notes }));
    expect(guard.found.map(({ rollback }) => rollback.anchored)).toEqual([
      other(12),
      { ...other(7), branch },
    ]);
  });

  it('contradicts also if somebody says that it was accepted, which the refusal names', async () => {
    foreign.push(42);
    const { guard, alarms } = await lookedAt(() => Promise.resolve({ notes: [tree(12)] }));
    expect(guard.refusal).toMatch(/rolled back: 12 entries .*; event 42 .* has no effect .*; see/);
    expect(guard.foreignAcceptances).toEqual([42]);
    expect(alarms).toHaveLength(2);
    foreign.pop();
  });
});
