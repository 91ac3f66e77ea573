import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../../src/core/limits.js';
import type { ChangeCursor } from '../../../../../src/secrets/domain/watch/change-cursor.js';
import {
  ChangePosition,
  type Taken,
} from '../../../../../src/secrets/domain/watch/change-position.js';
import { parseChangeSelection } from '../../../../../src/secrets/domain/watch/change-selection.js';
import { MemoryLog } from './change-log.builder.js';

const selected = { labels: { team: 'a' } };
const all = parseChangeSelection({ namespace: 'pay' }, undefined);
const ofTeam = parseChangeSelection({ namespace: 'pay', labelSelector: 'team=a' }, undefined);

interface Event {
  readonly type: string;
  readonly name?: string;
  readonly resourceVersion?: string;
  readonly cursor: ChangeCursor;
}

/** What is taken, in the order in which it is told. */
function eventsOf(taken: Taken | 'behind'): readonly Event[] {
  if (taken === 'behind') return [{ type: 'behind', cursor: { reached: '0' } }];
  const { changes, secrets, bookmark } = taken;
  return [
    ...changes.map(({ type, change, cursor }) => {
      const { name = '' } = change.after ?? change.before ?? {};
      return { type, name, resourceVersion: change.resourceVersion, cursor };
    }),
    ...secrets.map(({ secret: { name, resourceVersion }, cursor }) => {
      return { type: 'added', name, resourceVersion, cursor };
    }),
    ...(bookmark ? [{ type: 'bookmark', cursor: bookmark }] : []),
  ];
}

function told(taken: Taken | 'behind'): readonly string[] {
  return eventsOf(taken).map(({ type, name }) => (name === undefined ? type : `${type} ${name}`));
}

function takeAll(position: ChangePosition): readonly Event[] {
  const events: Event[] = [];
  for (;;) {
    const taken = position.take();
    events.push(...eventsOf(taken));
    if (taken === 'behind' || !taken.hasMore) return events;
  }
}

function seeded(names: readonly string[]): MemoryLog {
  const log = new MemoryLog();
  for (const name of names) log.put(name, selected);
  return log;
}

describe('a new position', () => {
  it('tells what is there by name, and then that this was all', () => {
    const position = ChangePosition.begin(seeded(['c', 'a', 'b']), all);
    expect(told(position.take())).toEqual(['added a', 'added b', 'added c', 'bookmark']);
    expect(told(position.take())).toEqual([]);
  });

  it('tells a bookmark where nothing is there', () => {
    expect(told(ChangePosition.begin(seeded([]), all).take())).toEqual(['bookmark']);
  });

  it('tells the one Secret that it is about', () => {
    const selection = parseChangeSelection({ namespace: 'pay', name: 'b' }, undefined);
    const log = seeded(['a', 'b', 'c']);
    const position = ChangePosition.begin(log, selection);
    expect(told(position.take())).toEqual(['added b', 'bookmark']);
    log.put('a');
    log.put('b');
    expect(told(position.take())).toEqual(['modified b']);
  });

  it('tells in pages, and between them what has changed of names that were told', () => {
    const names = Array.from(
      { length: limits.cacheListTurnSecrets + 2 },
      (_, index) => `n${String(index).padStart(3, '0')}`,
    );
    const log = seeded(names);
    const position = ChangePosition.begin(log, all);
    expect(told(position.take())).toHaveLength(limits.cacheListTurnSecrets);
    log.put('n000');
    log.put('n001a');
    log.remove('n002');
    log.put('n101');
    log.remove('n100');
    expect(told(position.take())).toEqual([
      ...['modified n000', 'added n001a', 'deleted n002'],
      ...['added n101', 'bookmark'],
    ]);
  });

  it('waits with what is there while it is not followed, and goes on when it is again', () => {
    const log = seeded(['a']);
    const position = ChangePosition.begin(log, all);
    log.isLive = false;
    expect(position.take()).toMatchObject({ secrets: [], bookmark: undefined, hasMore: false });
    log.isLive = true;
    expect(told(position.take())).toEqual(['added a', 'bookmark']);
  });
});

describe('a position', () => {
  it('tells what enters, stays in and leaves the selection', () => {
    const log = seeded(['a', 'b']);
    const position = ChangePosition.begin(log, ofTeam);
    takeAll(position);
    log.put('a', selected);
    log.put('b');
    log.put('c');
    log.put('c', selected);
    log.remove('a');
    expect(told(position.take())).toEqual(['modified a', 'deleted b', 'added c', 'deleted a']);
  });

  it('marks how far it has come where it had nothing to tell, once', () => {
    const log = seeded(['a']);
    const position = ChangePosition.begin(log, ofTeam);
    expect(position.mark()).toBeUndefined();
    takeAll(position);
    expect(position.mark()).toBeUndefined();
    log.put('b');
    expect(position.mark()).toBeUndefined();
    expect(told(position.take())).toEqual([]);
    expect(position.mark()).toEqual({ reached: log.reached });
    expect(position.mark()).toBeUndefined();
    log.pass();
    expect(position.mark()).toEqual({ reached: log.reached });
  });

  it('is given up where it is too far behind', () => {
    const log = seeded([]);
    const position = ChangePosition.begin(log, all);
    takeAll(position);
    for (let count = 0; count <= limits.changesBehindMax; count += 1) log.put('a');
    expect(position.take()).toBe('behind');
  });

  it('is given up where what comes next is forgotten', () => {
    const log = seeded([]);
    const position = ChangePosition.begin(log, all);
    takeAll(position);
    log.put('a');
    log.forgetAll();
    expect(position.take()).toBe('behind');
  });

  it('takes a part at a time', () => {
    const log = seeded([]);
    const position = ChangePosition.begin(log, all);
    takeAll(position);
    for (let count = 0; count <= limits.changesTakenMax; count += 1) log.put('a');
    expect(told(position.take())).toHaveLength(limits.changesTakenMax);
    expect(told(position.take())).toHaveLength(1);
  });

  it('has no cursor between changes that came at once', () => {
    const log = seeded(['a', 'b']);
    const position = ChangePosition.begin(log, all);
    takeAll(position);
    const before = log.reached;
    log.together(() => {
      log.put('a');
      log.put('b');
    });
    const cursors = eventsOf(position.take()).map(({ cursor }) => cursor.reached);
    expect(cursors).toEqual([before, log.reached]);
  });
});

describe('a position that is gone on from', () => {
  it('is none where the log does not go back so far', () => {
    const log = seeded(['a']);
    expect(ChangePosition.resume(log, all, { reached: '99' })).toBeUndefined();
    expect(ChangePosition.resume(log, all, { reached: '100' })).toBeDefined();
    log.forgetAll();
    expect(ChangePosition.resume(log, all, { reached: '100' })).toBeUndefined();
  });

  it('catches up from further behind than who is at its end may fall', () => {
    const log = seeded([]);
    const cursor = { reached: log.reached };
    for (let count = 0; count <= limits.changesBehindMax; count += 1) log.put('a');
    const position = ChangePosition.resume(log, all, cursor);
    expect(position && takeAll(position)).toHaveLength(limits.changesBehindMax + 1);
    for (let count = 0; count <= limits.changesBehindMax; count += 1) log.put('a');
    expect(position?.take()).toBe('behind');
  });

  it('tells nothing again that a replica ahead of this one has told', () => {
    const log = seeded(['a', 'b']);
    const ahead = String(Number(log.reached) + 2);
    const position = ChangePosition.resume(log, all, { reached: ahead });
    log.put('a');
    log.put('b');
    expect(told(position?.take() ?? 'behind')).toEqual([]);
    log.put('b');
    expect(told(position?.take() ?? 'behind')).toEqual(['modified b']);
  });
});

/** A client that applies what it is told, and what it holds then. */
class Mirror {
  readonly held = new Map<string, string>();
  cursor: ChangeCursor | undefined;

  apply({ type, name, resourceVersion, cursor }: Event): void {
    this.cursor = cursor;
    if (name === undefined || resourceVersion === undefined) return;
    if (type === 'deleted') this.held.delete(name);
    else this.held.set(name, resourceVersion);
  }
}

const names = Array.from(
  { length: limits.cacheListTurnSecrets + 40 },
  (_, index) => `n${String(index).padStart(3, '0')}`,
);
const change = fc.record({
  name: fc.constantFrom(...names),
  act: fc.constantFrom('enter', 'leave', 'remove'),
  isTogether: fc.boolean(),
});
/** What happens: changes, the client asks for more, or its connection is cut within a group. */
const step = fc.oneof(
  { arbitrary: fc.array(change, { maxLength: 20 }), weight: 3 },
  { arbitrary: fc.constant('take' as const), weight: 3 },
  { arbitrary: fc.record({ cutAfter: fc.nat(150) }), weight: 1 },
);

function make(log: MemoryLog, changes: readonly { name: string; act: string }[]): void {
  for (const { name, act } of changes) {
    if (act === 'remove') log.remove(name);
    else log.put(name, act === 'enter' ? selected : {});
  }
}

describe('whatever happens, and wherever a client breaks off and goes on', () => {
  it('it holds in the end what is there', () => {
    fc.assert(
      fc.property(fc.subarray(names), fc.array(step, { maxLength: 30 }), (initial, steps) => {
        const log = seeded(initial);
        const mirror = new Mirror();
        let position = ChangePosition.begin(log, ofTeam);
        for (const one of steps) {
          if (Array.isArray(one)) {
            const isTogether = one[0]?.isTogether === true;
            if (isTogether) log.together(() => make(log, one));
            else make(log, one);
          } else if (one === 'take') {
            for (const event of eventsOf(position.take())) mirror.apply(event);
          } else {
            const arrived = eventsOf(position.take()).slice(0, one.cutAfter);
            for (const event of arrived) mirror.apply(event);
            if (mirror.cursor === undefined) position = ChangePosition.begin(log, ofTeam);
            else position = ChangePosition.resume(log, ofTeam, mirror.cursor) ?? position;
          }
        }
        for (const event of takeAll(position)) mirror.apply(event);
        const there = log.names.flatMap((name) => {
          const state = log.stateOf(name);
          return state && ofTeam.matches(state) ? [[name, state.resourceVersion] as const] : [];
        });
        expect(Object.fromEntries(mirror.held)).toEqual(Object.fromEntries(there));
      }),
      { numRuns: 300 },
    );
  });
});
