import { appendFileSync, cpSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileAnchor } from '../../../../src/audit/anchors/file-anchor.js';
import { AuditService } from '../../../../src/audit/audit.service.js';
import { SystemClock } from '../../../../src/core/clock.js';
import { limits } from '../../../../src/core/limits.js';
import { sizesInAnchor } from '../../../support/anchor-files.js';
import { callContext, DONE } from '../../../unit/audit/audit-builders.js';
import { until } from '../sinks/fed-log.js';
import { AnchoredWorld } from './anchored-world.js';

let world: AnchoredWorld;
let anchor: FileAnchor;

beforeEach(async () => {
  world = await AnchoredWorld.open();
  anchor = new FileAnchor(world.file('checkpoints'));
});

afterEach(() => world.remove());

async function anchored(count: number): Promise<void> {
  await world.put(anchor, await world.grow(count));
}

/** Puts the database as it was at `copy` in the place of today's. */
async function backTo(copy: string): Promise<void> {
  await world.stop();
  rmSync(world.file('data'), { recursive: true });
  cpSync(world.file(copy), world.file('data'), { recursive: true });
  await world.start();
}

async function setAside(copy: string): Promise<void> {
  await world.stop();
  cpSync(world.file('data'), world.file(copy), { recursive: true });
  await world.start();
}

async function refusalNow(): Promise<string | undefined> {
  const guard = world.guard(anchor);
  await guard.look();
  return guard.refusal;
}

describe('a log that leads to its anchor', () => {
  it('is served: as it was anchored, grown since, and before the first anchor', async () => {
    expect(await refusalNow()).toBeUndefined();
    await anchored(300);
    expect(await refusalNow()).toBeUndefined();
    await world.grow(700);
    expect(await refusalNow()).toBeUndefined();
  });
});

describe("an older database in the place of today's", () => {
  beforeEach(async () => {
    await anchored(300);
    await setAside('yesterday');
    await anchored(300);
    await backTo('yesterday');
  });

  it('is refused, with how much is missing', async () => {
    expect(await refusalNow()).toMatch(
      /rolled back: 600 entries were anchored, but only 300 signed ones are there/,
    );
    expect(world.alarms).toHaveLength(1);
    expect(world.alarms[0]).toContain(world.file('checkpoints'));
  });

  it('is refused as well once it has grown past what was anchored', async () => {
    await world.grow(500);
    expect(await refusalNow()).toMatch(
      /^the audit log was replaced: its first 600 entries are not those that were anchored/,
    );
  });

  it('takes no event', async () => {
    const guard = world.guard(anchor);
    await guard.look();
    const { writer, reader } = world.audit;
    const service = new AuditService(writer, reader, new SystemClock(), { guard });
    const recorded = service.record(callContext(), { action: 'secrets.get' }, DONE);
    await expect(recorded).rejects.toMatchObject({
      code: 'Unavailable',
      cause: { message: expect.stringContaining('rolled back') },
    });
    expect(await world.audit.reader.size()).toBe(300);
  });

  it('does not get its checkpoints anchored over those that it contradicts', async () => {
    const smaller = await world.grow(1);
    await expect(world.put(anchor, smaller)).rejects.toThrow('checkpoint of 600 entries');
    expect((await anchor.held(world.call())).notes.at(-1)).toMatchObject({ size: 600 });
  });

  it('is served once an operator has accepted that, which the log tells for ever', async () => {
    const guard = world.guard(anchor);
    await guard.look();
    const caller = callContext({ changeReason: 'the disk of Monday' });
    await world.accept(guard.found, caller);
    await guard.look();
    expect(guard.refusal).toBeUndefined();
    expect(await world.eventsOf('audit.acceptRollback')).toEqual([
      expect.objectContaining({
        'sallyport.dev/former-tree-size': '600',
        'sallyport.dev/tree-size': '300',
        'sallyport.dev/reason': 'the disk of Monday',
        'sallyport.dev/place': anchor.place,
      }),
    ]);
    const { accepted } = await world.log.acceptances();
    await world.put(anchor, await world.grow(1), world.call(accepted));
    expect(await refusalNow()).toBeUndefined();
  });

  it('is not anchored a second time between the acceptance and the next checkpoint', async () => {
    const guard = world.guard(anchor);
    await guard.look();
    await world.accept(guard.found);
    const keeper = world.keeper(anchor);
    keeper.start();
    await wait(limits.auditAnchorTickMs * 3);
    expect(sizesInAnchor(readFileSync(world.file('checkpoints'), 'utf8'))).toEqual([300, 600]);
    const { size } = await world.grow(1);
    const isAnchored = () =>
      readFileSync(world.file('checkpoints'), 'utf8').includes(`\n${size}\n`);
    await until(isAnchored);
    await keeper.stop();
    expect(world.alarms.join('\n')).not.toContain('written by others');
  });

  it('is refused as well where newer checkpoints of it were anchored over the older ones', async () => {
    const { note } = await world.grow(500);
    appendFileSync(world.file('checkpoints'), `${note}\n`);
    expect((await anchor.held(world.call())).notes.map(({ size }) => size)).toEqual([
      300, 600, 800,
    ]);
    expect(await refusalNow()).toMatch(/replaced: its first 600 entries are not those/);
    const guard = world.guard(anchor);
    await guard.look();
    await world.accept(guard.found);
    await guard.look();
    expect(guard.refusal).toBeUndefined();
  });

  it('does not get its checkpoints anchored over smaller ones that it contradicts', async () => {
    const larger = await world.grow(500);
    await expect(world.put(anchor, larger)).rejects.toThrow('checkpoint of 600 entries');
    const keeper = world.keeper(anchor);
    keeper.start();
    await until(() => world.contradictions > 0);
    await keeper.stop();
    expect((await anchor.held(world.call())).notes.at(-1)).toMatchObject({ size: 600 });
  });

  it('that was accepted once is refused when it is put back a second time', async () => {
    const guard = world.guard(anchor);
    await guard.look();
    await world.accept(guard.found);
    await backTo('yesterday');
    expect(await refusalNow()).toContain('rolled back');
  });
});

describe("no database in the place of today's", () => {
  it('is refused like an older one', async () => {
    await setAside('empty');
    await anchored(20);
    await backTo('empty');
    expect(await refusalNow()).toContain('20 entries were anchored, but only 0 signed ones');
  });
});

describe('an anchor file', () => {
  it('that ends in half a record counts up to the whole one before', async () => {
    await anchored(20);
    const { note } = await world.grow(5);
    appendFileSync(world.file('checkpoints'), note.slice(0, 40));
    expect((await anchor.held(world.call())).notes.at(-1)).toMatchObject({ size: 20 });
    await anchored(5);
    expect((await anchor.held(world.call())).notes.at(-1)).toMatchObject({ size: 30 });
  });

  it('that cannot be read takes nobody out of service, and is looked at again', async () => {
    await anchored(20);
    const folder = new FileAnchor(world.dir);
    const guard = world.guard(folder, anchor);
    await guard.look();
    expect(guard.refusal).toBeUndefined();
    expect(guard.unread).toEqual([folder.place]);
    expect([guard.isVerified(folder.place), guard.isVerified(anchor.place)]).toEqual([false, true]);
    expect(world.alarms).toEqual([expect.stringContaining('cannot be read')]);
  });
});
