import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { generateSignerKey, parseSignerKey } from '../../../src/audit/log/domain/note-key.js';
import { signCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { TreeGrowth } from '../../../src/audit/log/domain/tree-growth.js';
import { PostgresServer } from '../../postgres/postgres-server.js';
import { dialects } from '../../postgres/test-storage.js';
import { TestInstallation, allOfSecrets } from '../../support/gateway.js';
import { isLong } from '../../support/scale.js';
import { seedSecret } from '../../support/seed.js';
import { AnchoredGateway, type AnchoredState } from './anchored-gateway.js';

/** Anchors are files; which database holds the log matters less. */
const databases = isLong ? dialects : dialects.slice(0, 1);
const LINE_FEEDS = '\n'.repeat(64 * 1024);

function linkToItself(path: string): void {
  rmSync(path, { recursive: true });
  symlinkSync(path, path);
}

/**
 * Guarantee: who can write the database alone is noticed by the anchors, whatever else is in them;
 * and who can write the anchor alone stops nobody.
 */
describe.each(databases)('the anchors of a log in %s', { timeout: 150_000 }, (dialect) => {
  let installation: TestInstallation;
  let server: PostgresServer | undefined;
  let world: AnchoredGateway;
  /** States that tests begin with: nothing, a log that has grown, and an accepted rollback. */
  let states: {
    readonly empty: AnchoredState;
    readonly full: { readonly before: number; readonly state: AnchoredState };
    readonly accepted: Awaited<ReturnType<typeof acceptNow>>;
  };

  beforeAll(async () => {
    server = dialect === 'postgres' ? await PostgresServer.start() : undefined;
    installation = await TestInstallation.start();
    await installation.serve('pay');
    await seedSecret(installation, 'pay', 'db', { password: 'not-rolled-back' });
    const token = await installation.user('pay', 'app', [allOfSecrets]);
    const parts = { dialect, installation, token };
    world = await AnchoredGateway.open(server === undefined ? parts : { ...parts, server });
    const empty = await world.save();
    const before = await growNow();
    const full = { before, state: await world.save() };
    states = { empty, full, accepted: await acceptNow(before) };
  });

  afterAll(async () => {
    await world.remove();
    await installation.stop();
    await server?.stop();
  });

  beforeEach(() => world.restore(states.empty));

  async function growNow(): Promise<number> {
    await world.start();
    await world.anchoredBeyond(0);
    // A test goes back behind this one, to a smaller one.
    await world.anchoredBeyond(world.largestAnchored);
    await world.stop();
    const before = world.largestAnchored;
    await world.start();
    await world.anchoredBeyond(before + 5);
    await world.stop();
    return before;
  }

  async function acceptNow(before: number) {
    const lost = world.recordOf(world.largestAnchored);
    await world.rollBackTo(before);
    expect(await world.accept()).toMatchObject({ code: 0 });
    const [event = ''] = await world.acceptances();
    return { before, lost, event, state: await world.save() };
  }

  /** A log with two anchored checkpoints or more, stopped; returns the size of the first. */
  async function grown(): Promise<number> {
    const { before, state } = states.full;
    await world.restore(state);
    return before;
  }

  /** The same, put back and accepted; returns its size then, what was lost, and the event. */
  async function acceptedOnce() {
    const { state, ...accepted } = states.accepted;
    await world.restore(state);
    return accepted;
  }

  /** A gateway that starts now answers nobody and signs nothing. */
  async function expectRefused(reason = /^the audit log was (rolled back|replaced): /) {
    const signed = await world.signed();
    const anchored = world.anchorText;
    await world.start();
    const answer = await world.read();
    expect(answer.status).toBe(503);
    expect(answer.json()['detail']).toMatch(reason);
    expect(answer.text).not.toContain('not-rolled-back');
    await wait(1_500);
    await world.stop();
    expect(await world.signed()).toBe(signed);
    expect(world.anchorText).toBe(anchored);
  }

  async function expectServed(): Promise<string> {
    await world.start();
    expect((await world.read()).status).toBe(200);
    return world.ready();
  }

  /** A checkpoint in the name of this log, under a key that is none of its. */
  function forged(size: number, root: Uint8Array = Buffer.alloc(32, 1)): string {
    const [name = ''] = world.anchorText.split('\n');
    const signer = parseSignerKey(generateSignerKey(name));
    if (signer === undefined) throw new Error('no key was made');
    return `${signCheckpoint({ size, root }, signer)}\n`;
  }

  const alarms = () => world.log.filter((line) => line.includes('"alarm"')).join('');

  describe('show that the database was put back', () => {
    it('also behind line feeds, older checkpoints, and some of other keys', async () => {
      const before = await grown();
      await world.rollBackTo(before);
      world.append(LINE_FEEDS);
      await expectRefused();
      world.append(world.recordOf(before).repeat(600));
      world.append(forged(9_000).repeat(300));
      await expectRefused();
      expect(alarms()).toContain('was written by others');
    });

    it('also where who wrote it says that this was accepted', async () => {
      const before = await grown();
      await world.rollBackTo(before);
      const [, size = '', root = ''] = world.recordOf(world.largestAnchored).split('\n');
      const event = {
        ...JSON.parse((await firstEvent()) ?? '{}'),
        annotations: {
          'sallyport.dev/action': 'audit.acceptRollback',
          'sallyport.dev/outcome': 'allowed',
          'sallyport.dev/tree-size': String(before),
          'sallyport.dev/former-tree-size': size,
          'sallyport.dev/former-root-hash': root,
        },
      };
      for (const at of world.anchorText.matchAll(/^(\d+)\n(.{44})$/gm)) {
        const [, formerSize = '', formerRoot = ''] = at;
        event.annotations['sallyport.dev/former-tree-size'] = formerSize;
        event.annotations['sallyport.dev/former-root-hash'] = formerRoot;
        await world.insert(JSON.stringify(event));
      }
      await expectRefused(/^the audit log was rolled back.* no key of the log has signed that/);
      expect(alarms()).toContain('no key of the log has signed that');
    });

    it('also where an accepted checkpoint is put behind newer ones', async () => {
      const { before, lost } = await acceptedOnce();
      await world.start();
      await world.anchoredBeyond(0);
      const accepted = await world.signed();
      await world.anchoredBeyond(accepted + 2);
      await world.stop();
      await world.rollBackTo(Math.max(before + 1, accepted));
      world.append(lost.repeat(2));
      await expectRefused();
    });

    it('also where an acceptance is put into a log that is shorter still', async () => {
      const { before, event } = await acceptedOnce();
      const [first = 0] = world.anchorText
        .split('\n')
        .filter((line) => /^\d+$/.test(line))
        .map(Number);
      expect(first).toBeLessThan(before);
      await world.rollBackTo(first);
      await world.insert(event);
      await expectRefused();
    });

    it('a second time where it was accepted the first time', async () => {
      const { before, event } = await acceptedOnce();
      await world.start();
      await world.anchoredBeyond(before + 3);
      await world.stop();
      await world.rollBackTo(before);
      await world.insert(event);
      await expectRefused();
      await world.rollBackTo(before);
      expect(await world.accept()).toMatchObject({ code: 0 });
      expect(await expectServed()).not.toContain('rolled back');
    });
  });

  async function firstEvent(): Promise<string | undefined> {
    const [row] = await world.sql('SELECT event FROM audit_entries WHERE leaf_index = 0');
    return row && Buffer.from(row['event'] as Uint8Array).toString('utf8');
  }

  describe('written by others alone, stop nobody', () => {
    it('with checkpoints of other keys, which is an alarm', async () => {
      await grown();
      const before = world.largestAnchored;
      world.append(forged(5));
      world.append(forged(9_000));
      const ready = await expectServed();
      expect(ready).toMatch(/^\[!\]audit-anchor-1-file degraded: was written by others/m);
      expect(alarms()).toContain('was written by others');
      const grows = async () => {
        await world.read();
        const signed = await world.signed();
        return signed > before && new RegExp(`^${signed}$`, 'm').test(world.anchorText);
      };
      await expect.poll(grows, { timeout: 20_000 }).toBe(true);
    });

    it('with old checkpoints whose loss was accepted', async () => {
      const { lost } = await acceptedOnce();
      await world.start();
      await world.anchoredBeyond(0);
      await world.stop();
      world.append(lost.repeat(3));
      await expectServed();
    });

    it('with larger checkpoints of what was lost, which is an alarm that names them', async () => {
      const before = await grown();
      const anchored = world.anchorText;
      await world.start();
      await world.anchoredBeyond(world.largestAnchored + 3);
      await world.stop();
      const size = world.largestAnchored;
      const larger = world.recordOf(size);
      writeFileSync(world.anchor, anchored);
      await world.rollBackTo(before);
      expect(await world.accept()).toMatchObject({ code: 0 });
      await world.start();
      await world.anchoredBeyond(0);
      world.append(larger);
      const told = async () => {
        expect((await world.read()).status).toBe(200);
        return world.ready();
      };
      const warning = new RegExp(`^\\[!\\]audit-rollback degraded: more .*: ${size} entries`, 'm');
      await expect.poll(told, { timeout: 20_000 }).toMatch(warning);
      expect(alarms()).toContain(`more of the audit log was lost than was accepted: ${size} `);
      await world.stop();
      expect(await expectServed()).toMatch(warning);
      await world.stop();
      expect(await world.accept()).toMatchObject({ code: 0 });
      expect(await expectServed()).not.toContain('audit-rollback');
    });

    it('while the gateway runs, which is an alarm', async () => {
      await world.start();
      await world.anchoredBeyond(0);
      world.append(forged(9_000));
      world.append('\n'.repeat(99));
      const told = async () => {
        expect((await world.read()).status).toBe(200);
        return world.ready();
      };
      await expect
        .poll(told, { timeout: 20_000 })
        .toMatch(/^\[!\]audit-anchor-1-file degraded: was written by others/m);
      expect(alarms()).toContain('was written by others');
    });

    it('with nothing of the log in it, and stay as they are for who looks', async () => {
      await grown();
      for (const junk of [forged(9_000), 'x'.repeat(1_000), LINE_FEEDS]) {
        writeFileSync(world.anchor, junk);
        const ready = await expectServed();
        expect(ready).toMatch(/^\[!\]audit-anchors-unread degraded: 1 could not be compared/m);
        await wait(1_500);
        await world.stop();
        expect(world.anchorText).toBe(junk);
      }
      expect(alarms()).toContain('no checkpoint that a key of this log has signed');
      rmSync(world.anchor);
      await world.start();
      await world.anchoredBeyond(0);
      expect(await world.ready()).not.toContain('unread');
    });

    it.each([
      ['a pipe', () => execFileSync('mkfifo', [world.anchor])],
      ['a folder', () => mkdirSync(world.anchor)],
      ['a link to a file', (target: string) => symlinkSync(target, world.anchor)],
      ['a link to itself', () => symlinkSync(world.anchor, world.anchor)],
      ['a link to a folder', () => symlinkSync(world.dir, world.anchor)],
      ['a file of no folder', () => rmSync(dirname(world.anchor), { recursive: true })],
      ['a file of a link to itself', () => linkToItself(dirname(world.anchor))],
    ])('as %s', async (_, arrange) => {
      const target = join(world.dir, 'target');
      writeFileSync(target, '');
      arrange(target);
      const startedMs = Date.now();
      const ready = await expectServed();
      expect(ready).toContain('audit-anchors-unread');
      await world.stop();
      expect(Date.now() - startedMs).toBeLessThan(10_000);
      expect(readFileSync(target, 'utf8')).toBe('');
    });
  });

  describe('get checkpoints', () => {
    it('whatever the database says of how far they have come', async () => {
      await grown();
      const before = world.largestAnchored;
      await world.sql("UPDATE audit_outbox SET next_index = 1000000000 WHERE sink LIKE '@%'");
      await world.start();
      await world.anchoredBeyond(before);
    });

    it('that a key of the log has signed, and no other', async () => {
      await grown();
      await world.insert((await firstEvent()) ?? '{}');
      const leaves = await world.sql('SELECT leaf_hash FROM audit_entries ORDER BY leaf_index');
      const growth = new TreeGrowth(0, []);
      for (const { leaf_hash: hash } of leaves) growth.append(hash as Uint8Array);
      const root = Buffer.from(growth.root()).toString('hex');
      const note = forged(growth.size, growth.root()).slice(0, -1);
      const literal = dialect === 'sqlite' ? `X'${root}'` : `'\\x${root}'`;
      await world.sql(
        `INSERT INTO audit_checkpoints (size, root, note, signed_ms)
          VALUES (${growth.size}, ${literal}, '${note}', 1)`,
      );
      const anchored = world.anchorText;
      await world.start();
      await wait(2_500);
      expect(await world.ready()).toMatch(
        /^\[!\]audit-anchor-1-file degraded: takes no checkpoint/m,
      );
      await world.stop();
      expect(world.anchorText).toBe(anchored);
      expect(alarms()).toContain('was not signed with a key of this log');
    });
  });

  it('are not begun again where the key is gone with the database', async () => {
    await grown();
    rmSync(join(world.dir, 'log.key'));
    await world.rollBackTo(0);
    await world.sql('DELETE FROM audit_checkpoints');
    await expect(world.start()).rejects.toThrow(/key of the audit log .* is missing/);
  });
});
