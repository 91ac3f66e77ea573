import { afterAll, beforeAll, expect, it } from 'vitest';
import { isOnlyWrite } from '../../../src/audit/is-only-write.js';
import { eventOf, type EventWish } from '../../unit/audit/audit-builders.js';
import { type AuditFolder, openAudit, temporaryDir } from './audit-fixture.js';

const folder = temporaryDir();
const atMs = Date.parse('2026-01-02T03:04:05Z');
let audit: AuditFolder;
let secrets = 0;

beforeAll(async () => {
  audit = await openAudit(folder.path);
});
afterAll(async () => {
  await audit.close();
  folder.remove();
});

type Action = 'secrets.create' | 'secrets.update' | 'versions.restore' | 'imports.deliver';

interface AloneOptions {
  readonly source?: 'cluster';
  readonly action?: Action;
  readonly receivedAtMs?: number;
}

/** Whether the write of a Secret of its own is the only one, beside what else is on record. */
async function isAlone(
  others: readonly EventWish[],
  { source, action = 'secrets.update', receivedAtMs = atMs }: AloneOptions = {},
): Promise<boolean> {
  const secret = `s-${(secrets += 1)}`;
  const withName = (wish: EventWish) =>
    eventOf({ receivedAtMs: atMs, ...wish, facts: { secret, ...wish.facts } });
  const intent = withName({ facts: { action }, stage: 'intent', receivedAtMs });
  await audit.writer.append({ json: JSON.stringify(intent), stage: 'intent' });
  for (const { stage = 'single', ...wish } of others) {
    const json = JSON.stringify(withName({ ...wish, stage }));
    await audit.writer.append({ json, stage, ...(source !== undefined && { source }) });
  }
  return isOnlyWrite(audit.service, intent);
}

const update = { facts: { action: 'secrets.update' } } as const;

it('is alone beside reads, other Secrets, what was over long before, and direct calls', async () => {
  expect(await isAlone([])).toBe(true);
  expect(await isAlone([{ facts: { action: 'secrets.reveal' } }])).toBe(true);
  expect(await isAlone([{ facts: { action: 'secrets.update', secret: 'another' } }])).toBe(true);
  expect(await isAlone([{ facts: { action: 'secrets.update', namespace: 'other' } }])).toBe(true);
  expect(await isAlone([{ ...update, receivedAtMs: atMs - 60_001 }])).toBe(true);
  // Their field manager is another one.
  expect(await isAlone([update], { source: 'cluster' })).toBe(true);
});

const intents = [
  'secrets.create',
  'secrets.update',
  'versions.restore',
  'imports.deliver',
] as const satisfies readonly Action[];

it.each([
  'secrets.create',
  'secrets.update',
  'secrets.patch',
  'secrets.delete',
  'versions.restore',
  'imports.deliver',
  'imports.withdraw',
] as const)(
  'is not alone beside a %s, whether shortly before, at the same time or later',
  async (other) => {
    for (const action of intents) {
      for (const receivedAtMs of [atMs - 60_000, atMs - 1, atMs, atMs + 3_600_000]) {
        const others = [{ facts: { action: other }, receivedAtMs }];
        expect(await isAlone(others, { action }), `${action} at ${receivedAtMs}`).toBe(false);
      }
    }
  },
);

it('counts from the second of the write: the cluster states no part of it', async () => {
  const receivedAtMs = atMs + 678;
  for (const [beforeMs, expected] of [
    [60_000, false],
    [60_001, true],
  ] as const) {
    const others = [{ ...update, receivedAtMs: atMs - beforeMs }];
    expect(await isAlone(others, { receivedAtMs })).toBe(expected);
  }
});

it('is not alone beside one whose outcome is open as well', async () => {
  expect(await isAlone([{ ...update, stage: 'intent' }])).toBe(false);
});
