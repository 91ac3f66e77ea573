import { describe, expect, it } from 'vitest';
import type { AnchoredTree } from '../../../../src/audit/anchors/domain/anchored-tree.js';
import { RollbackGuard } from '../../../../src/audit/anchors/rollback-guard.js';
import { SignedHere } from '../../../../src/audit/anchors/signed-here.js';

const tree = (size: number) => ({ size, root: Buffer.alloc(32, size) });

/** A process that has signed nine entries, over a log that has as many until it is put back. */
async function guardedLog() {
  const state = { size: 9, accepted: [] as AnchoredTree[], loss: undefined as string | undefined };
  const told: string[] = [];
  const signed = new SignedHere(() => guard.givenUp());
  const guard: RollbackGuard = new RollbackGuard({
    anchors: [signed],
    log: {
      signedSize: () => Promise.resolve(state.size),
      rootAt: (size) => Promise.resolve(tree(size).root),
      accepted: () => Promise.resolve(state.accepted),
      goneUnrecorded: () => Promise.resolve(0),
    },
    onAlarm: () => undefined,
    loss: () => state.loss,
    onAccepted: () => {
      told.push('accepted');
      state.loss = undefined;
    },
    onReleased: () => void told.push('released'),
    lookMs: 10,
  });
  await guard.look();
  await signed.put({ ...tree(9), note: '', signedMs: 0 });
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
    state.accepted = [tree(9)];
    await guard.look();
    expect([guard.refusal, told]).toEqual([undefined, ['accepted', 'released']]);
    await guard.stop();
  });

  it('is looked at again and again, also by a guard that had nothing to look at', async () => {
    const { guard, state, told, putBack } = await guardedLog();
    guard.watch();
    putBack();
    await guard.suspect();
    state.accepted = [tree(9)];
    await expect.poll(() => told).toEqual(['accepted', 'released']);
    await guard.stop();
  });

  it.each(['the guard', 'whoever puts it into an anchor'])(
    'is served where that came before %s has looked',
    async (first) => {
      const { guard, signed, state, told, putBack } = await guardedLog();
      putBack();
      state.accepted = [tree(12)];
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
    state.accepted = [tree(12)];
    await signed.held({ accepted: state.accepted });
    await Promise.all([first, guard.suspect()]);
    await guard.look();
    expect([guard.refusal, told]).toEqual([undefined, ['accepted', 'released']]);
    await guard.stop();
  });

  it('is not served for what was accepted of an earlier one', async () => {
    const { guard, signed, state, told, putBack } = await guardedLog();
    state.accepted = [tree(12)];
    await signed.held({ accepted: state.accepted });
    await signed.put({ ...tree(9), note: '', signedMs: 0 });
    putBack();
    await guard.suspect();
    await guard.look();
    expect(guard.refusal).toMatch(/^the audit log was rolled back: 9 entries/);
    expect(told).toEqual([]);
    await guard.stop();
  });
});
