import { describe, expect, it, vi } from 'vitest';
import { SecretChanges, subscriptionEnd } from '../../../../src/secrets/graphql/secret-changes.js';
import type { StreamEnd } from '../../../../src/core/stream-end.js';
import type { ChangeStream, StreamEvent } from '../../../../src/secrets/watch/change-stream.js';

function bookmark(cursor: string): StreamEvent {
  return { type: 'bookmark', cursor };
}

async function* groups(...given: (readonly StreamEvent[])[]) {
  yield* given;
}

/** Ends for that when all is told, or when the test says so. */
function opened(given: AsyncIterable<readonly StreamEvent[]>, why?: StreamEnd) {
  let end: StreamEnd | undefined;
  const over = () => void (end = why);
  const changes = (async function* () {
    yield* given;
    over();
  })();
  const stream: ChangeStream = { changes, end: () => end };
  const onEnd = vi.fn();
  return { changes: new SecretChanges(stream, undefined, onEnd), onEnd, over };
}

async function cursors(changes: SecretChanges): Promise<readonly string[]> {
  const told: string[] = [];
  for await (const { secretChanged } of changes) told.push(secretChanged.cursor);
  return told;
}

describe('the changes of a stream', () => {
  it('are told one by one, in their order, also behind an empty group', async () => {
    const { changes, onEnd } = opened(
      groups([], [bookmark('1'), bookmark('2')], [], [bookmark('3')]),
    );
    expect(await cursors(changes)).toEqual(['1', '2', '3']);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it.each([
    ['right', 'Forbidden', 4403],
    ['credential', 'Unauthenticated', 4401],
    ['leaving', 'Unavailable', 1001],
    ['behind', 'Unavailable', undefined],
    ['unfollowed', 'Unavailable', undefined],
  ] as const)('end with an error where they end for %s', async (end, code, closes) => {
    const { changes, onEnd } = opened(groups([bookmark('1')]), end);
    await changes.next();
    await expect(changes.next()).rejects.toMatchObject({ code, closes });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('tell nothing more of a group once the right is gone', async () => {
    const given = groups([bookmark('1'), bookmark('2')]);
    const { changes, onEnd, over } = opened(given, 'right');
    await changes.next();
    over();
    await expect(changes.next()).rejects.toMatchObject({ code: 'Forbidden', closes: 4403 });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('go on behind the last that was told where a group was cut off', async () => {
    const { changes, over } = opened(groups([bookmark('1'), bookmark('2')]), 'behind');
    await changes.next();
    over();
    await expect(changes.next()).rejects.toMatchObject({ members: { after: '1' } });
  });

  it('say where to go on, where a client may', async () => {
    const { changes } = opened(groups([bookmark('1'), bookmark('2')]), 'behind');
    await changes.next();
    await changes.next();
    await expect(changes.next()).rejects.toMatchObject({ members: { after: '2' } });
    expect(subscriptionEnd('behind', undefined).members).toEqual({});
  });

  it('end without an error where their client has enough', async () => {
    const { promise, resolve } = Promise.withResolvers<IteratorResult<readonly StreamEvent[]>>();
    const stream: ChangeStream = {
      changes: { [Symbol.asyncIterator]: () => ({ next: () => promise }) },
      end: () => 'leaving',
    };
    const changes = new SecretChanges(stream, undefined, () =>
      resolve({ done: true, value: undefined }),
    );
    const next = changes.next();
    await changes.return();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('end their place also where the stream fails', async () => {
    const failing = (async function* () {
      yield [bookmark('1')];
      throw new Error('failed');
    })();
    const { changes, onEnd } = opened(failing);
    await changes.next();
    await expect(changes.next()).rejects.toThrow('failed');
    expect(onEnd).toHaveBeenCalledOnce();
  });
});
