import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../../src/core/clock.js';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import type {
  ChangeRecord,
  NewRun,
  PolicyRow,
  RotationStore,
} from '../../../../src/rotation/domain/rotation.store.js';
import { PolicyRegistry } from '../../../../src/rotation/engine/policy-registry.js';
import { RotationScheduler } from '../../../../src/rotation/engine/rotation-scheduler.js';
import { callContext } from '../../audit/audit-builders.js';
import { aPolicy, passwordBody } from '../policy.builder.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const startMs = Date.UTC(2026, 0, 1, 0, 30);

/** What the database knows of one policy. */
class Rows {
  isAway = false;
  row: PolicyRow | undefined;
  readonly begun: NewRun[] = [];
  readonly records: ChangeRecord[] = [];

  policies = async (): Promise<readonly PolicyRow[]> => (this.row ? [this.row] : []);

  policy = async (): Promise<PolicyRow | undefined> => {
    if (this.isAway) throw unavailable('away');
    return this.row;
  };

  saveSchedule: RotationStore['saveSchedule'] = async (policyUid, schedule) => {
    this.row = { policyUid, specHash: null, author: null, ...schedule };
  };

  moveSchedule: RotationStore['moveSchedule'] = async (_uid, _from, to) => {
    if (this.row !== undefined) this.row = { ...this.row, ...to };
    return true;
  };

  list = async () => [];

  begin = async (run: NewRun, record: ChangeRecord) => {
    this.begun.push(run);
    this.records.push(record);
    return {};
  };
}

let rows: Rows;
let book: PolicyRegistry;
let scheduler: RotationScheduler;

beforeEach(() => {
  vi.useFakeTimers({ now: startMs });
  rows = new Rows();
  startScheduler();
});

function startScheduler(): void {
  book = new PolicyRegistry();
  scheduler = new RotationScheduler({
    ...{ book, clock: new SystemClock(), caller: callContext },
    store: rows as Partial<RotationStore> as RotationStore,
    authorOf: () => Promise.resolve('carol'),
    ...{ onBegun: vi.fn(), onMoved: vi.fn(), onFault: vi.fn() },
  });
  scheduler.start();
}

afterEach(async () => {
  await scheduler.stop();
  vi.useRealTimers();
});

let generation = 0;
function setSchedule(every: string, more: object = {}): Promise<unknown> {
  generation += 1;
  const body = { ...passwordBody, schedule: { every }, ...more };
  book.put(aPolicy(body, { generation }), 'uid-of-pay');
  return vi.advanceTimersByTimeAsync(1);
}

it('a run that is due is on behalf of who answers for its policy, also where it is recorded', async () => {
  await vi.advanceTimersByTimeAsync(1);
  await setSchedule('1h');
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(rows.begun).toMatchObject([{ trigger: 'schedule', requestedBy: 'carol' }]);
  expect(rows.records).toMatchObject([{ ctx: { onBehalfOf: 'carol' } }]);
});

it('a policy is planned later where the database was away when it came', async () => {
  rows.isAway = true;
  await vi.advanceTimersByTimeAsync(1);
  await setSchedule('1h');
  rows.isAway = false;
  await vi.advanceTimersByTimeAsync(rotationLimits.scheduleAgainMs);
  expect(scheduler.nextRunMs('uid-of-policy')).toBe(Date.UTC(2026, 0, 1, 1));
  await vi.advanceTimersByTimeAsync(HOUR_MS);
  expect(rows.begun).toHaveLength(1);
});

it('a schedule that comes back is due as if it had never been away', async () => {
  await vi.advanceTimersByTimeAsync(1);
  await setSchedule('1d');
  await scheduler.stop();
  startScheduler();
  await vi.advanceTimersByTimeAsync(1);
  await setSchedule('1d');
  await setSchedule('365d');
  await setSchedule('1d');
  expect(scheduler.nextRunMs('uid-of-policy')).toBe(Date.UTC(2026, 0, 2));
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(rows.begun).toHaveLength(1);
});

it('a schedule is not begun that was suspended while it was being planned', async () => {
  await vi.advanceTimersByTimeAsync(1);
  await setSchedule('1h');
  rows.isAway = true;
  void setSchedule('2h');
  await setSchedule('2h', { suspend: true });
  rows.isAway = false;
  await vi.advanceTimersByTimeAsync(3 * HOUR_MS);
  expect(rows.begun).toEqual([]);
});
