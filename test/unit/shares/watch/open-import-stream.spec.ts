import { beforeEach, describe, expect, it } from 'vitest';
import { importRight } from '../../../../src/access/domain/secret-rights.js';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { shareLimits } from '../../../../src/core/share-limits.js';
import type { EndReason } from '../../../../src/core/stream-end.js';
import { Turns } from '../../../../src/core/turns.js';
import type { ParsedImport } from '../../../../src/shares/domain/import-spec.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import type { ImportState } from '../../../../src/shares/import-states.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { ImportWakeups } from '../../../../src/shares/watch/import-wakeups.js';
import { OpenImportStream } from '../../../../src/shares/watch/open-import-stream.js';
import { callContext } from '../../audit/audit-builders.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { anImport, NAMESPACE_UID } from '../domain/sharing.builder.js';

const ready: ImportState = { state: 'Ready', etag: '"1"' };

let clock: ManualClock;
let knownImports: ImportRegistry;
let namespaceUid: string;
let stateOf: (imported: ParsedImport) => ImportState;
let isAllowed: boolean;
let ended: EndReason[];
let lost: AbortController;
let over: AbortController;

beforeEach(() => {
  clock = new ManualClock();
  knownImports = new ImportRegistry();
  namespaceUid = NAMESPACE_UID;
  stateOf = () => ready;
  isAllowed = true;
  ended = [];
  lost = new AbortController();
  over = new AbortController();
});

const put = (name: string, generation = 1) =>
  knownImports.put(anImport({}, { name, uid: `uid-${name}`, generation }).object, NAMESPACE_UID);

function open(): OpenImportStream {
  const cache = { changes: () => undefined };
  const wakeups = new ImportWakeups({ knownImports, knownShares: new ShareRegistry(), cache });
  const parts = {
    clock,
    knownImports,
    importFeed: { knowsAll: () => true },
    namespaces: { known: () => ({ uid: namespaceUid }) },
    importNow: (ref: { readonly namespace: string; readonly name: string }) =>
      knownImports.get(ref),
    access: { decide: () => Promise.resolve({ allowed: isAllowed }) },
  };
  return new OpenImportStream({
    ctx: callContext(),
    namespace: 'shop',
    parts: parts as unknown as ShareDependencies, // what a stream uses of them
    states: { watched: (_ctx, imported) => Promise.resolve().then(() => stateOf(imported)) },
    right: importRight('watch', { namespace: 'shop', name: '' }),
    held: { signal: lost.signal, release: () => undefined },
    waiter: wakeups.join('shop'),
    looks: new Turns(1, 1, 'looks'),
    signal: over.signal,
    onEnd: (reason) => {
      ended.push(reason);
      return Promise.resolve();
    },
  });
}

/** The next events: type and name. */
async function next(stream: OpenImportStream): Promise<readonly string[] | undefined> {
  const { value } = await stream.next();
  return value?.map((event) =>
    event.type === 'bookmark' ? event.type : `${event.type} ${event.change.name}`,
  );
}

describe('a stream', () => {
  it('begins with what is there, then follows', async () => {
    put('b');
    put('a');
    const stream = open();
    expect(await next(stream)).toEqual(['added a', 'added b', 'bookmark']);
    put('c');
    expect(await next(stream)).toEqual(['added c']);
  });

  it('says nothing new of an import whose state is not known now', async () => {
    put('a');
    const stream = open();
    await next(stream);
    stateOf = ({ object }) => {
      if (object.name === 'a') throw unavailable('not now');
      return ready;
    };
    put('a', 2);
    put('b');
    expect(await next(stream)).toEqual(['added b']);
  });

  it('waits a while for a state that is not known at its beginning', async () => {
    put('a');
    let asked = 0;
    stateOf = () => {
      asked += 1;
      if (asked < 3) throw unavailable('not now');
      return ready;
    };
    expect(await next(open())).toEqual(['added a', 'bookmark']);
  });

  it('leaves out an import whose state is not known after that, until it is', async () => {
    put('a');
    stateOf = () => {
      clock.advance(limits.streamFollowedMsMax);
      throw unavailable('not now');
    };
    const stream = open();
    expect(await next(stream)).toEqual(['bookmark']);
    stateOf = () => ready;
    put('a');
    expect(await next(stream)).toEqual(['added a']);
  });
});

describe('a stream ends', () => {
  const begun = async () => {
    const stream = open();
    await next(stream);
    return stream;
  };

  it.each([
    ['right', () => lost.abort()],
    ['credential', () => over.abort('credential')],
    ['leaving', () => over.abort('leaving')],
    ['client', () => over.abort()],
  ])('for the reason %s while it waits', async (reason, end) => {
    const stream = await begun();
    const waited = next(stream);
    end();
    expect(await waited).toBeUndefined();
    expect(ended).toEqual([reason]);
  });

  it('before it sends anything without the right', async () => {
    isAllowed = false;
    expect(await next(open())).toBeUndefined();
    expect(ended).toEqual(['right']);
  });

  it('with its namespace, also if that is recreated', async () => {
    const stream = await begun();
    namespaceUid = 'another';
    put('a');
    expect(await next(stream)).toBeUndefined();
    expect(ended).toEqual(['unfollowed']);
  });

  it('with more imports than it may have', async () => {
    const stream = await begun();
    for (let count = 0; count <= shareLimits.streamedImportsMax; count += 1) put(`i-${count}`);
    expect(await next(stream)).toBeUndefined();
    expect(ended).toEqual(['behind']);
  });

  it('once, when its reader leaves', async () => {
    const stream = await begun();
    await stream.return();
    lost.abort();
    expect(ended).toEqual(['client']);
  });
});
