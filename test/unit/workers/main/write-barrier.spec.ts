import { expect, it, vi } from 'vitest';
import type { ToWorker } from '../../../../src/workers/messages.js';
import { WriteBarrier } from '../../../../src/workers/main/write-barrier.js';

class Member {
  readonly isServing = true;
  readonly heard: ToWorker[] = [];
  readonly kill = vi.fn<() => void>();

  send(message: ToWorker): void {
    this.heard.push(message);
  }
}

function barrierOf(members: readonly Member[], waitMsMax = 60_000): WriteBarrier<Member> {
  return new WriteBarrier<Member>({ members: () => members, onSlow: () => undefined, waitMsMax });
}

/** Passes, and says whether that is over. */
async function passing(barrier: WriteBarrier<Member>) {
  barrier.told();
  const state = { isOver: false };
  const over = barrier.pass().then(() => void (state.isOver = true));
  await vi.waitFor(() => expect(barrier.waiting).toBe(1));
  return { state, over };
}

it('holds a write back until every worker has answered its mark', async () => {
  const [one, other] = [new Member(), new Member()];
  const barrier = barrierOf([one, other]);
  const { state, over } = await passing(barrier);
  barrier.marked(one, 1);
  await Promise.resolve();
  expect(state.isOver).toBe(false);
  barrier.marked(other, 1);
  await over;
  expect([one.heard, other.heard]).toEqual([
    [{ kind: 'mark', mark: 1 }],
    [{ kind: 'mark', mark: 1 }],
  ]);
});

it('has one mark for all who ask in one turn', async () => {
  const member = new Member();
  const barrier = barrierOf([member]);
  barrier.told();
  const all = Promise.all([barrier.pass(), barrier.pass(), barrier.pass()]);
  await vi.waitFor(() => expect(member.heard).toHaveLength(1));
  barrier.marked(member, 1);
  await all;
});

it('waits for nobody where no worker answers', async () => {
  const barrier = barrierOf([]);
  barrier.told();
  await expect(barrier.pass()).resolves.toBeUndefined();
});

it('asks nobody where there is nothing that workers could not know', async () => {
  const member = new Member();
  const barrier = barrierOf([member]);
  await barrier.pass();
  expect(member.heard).toEqual([]);
});

it('waits for a mark that is on its way already, since more may have been told behind it', async () => {
  const member = new Member();
  const barrier = barrierOf([member]);
  const first = await passing(barrier);
  const later = barrier.pass();
  await vi.waitFor(() => expect(barrier.waiting).toBe(2));
  barrier.marked(member, 1);
  barrier.marked(member, 2);
  await Promise.all([first.over, later]);
});

it('ends a worker that does not answer, and waits until it is gone', async () => {
  const member = new Member();
  const barrier = barrierOf([member], 1);
  const { state, over } = await passing(barrier);
  await vi.waitFor(() => expect(member.kill).toHaveBeenCalled());
  expect(state.isOver).toBe(false);
  barrier.left(member);
  await over;
});

it('ends nobody who has answered while the main process stood still', async () => {
  const member = new Member();
  const barrier = barrierOf([member], 20);
  const { over } = await passing(barrier);
  const until = performance.now() + 60;
  // As if it were read only once the event loop goes on.
  setImmediate(() => barrier.marked(member, 1));
  while (performance.now() < until);
  await over;
  expect(member.kill).not.toHaveBeenCalled();
});
