import { expect, it, vi } from 'vitest';
import { AuditNotWritten } from '../../../../src/audit/audit-not-written.js';
import { RequestLimits } from '../../../../src/http/request-limits.js';
import { EventIntake } from '../../../../src/workers/main/event-intake.js';

const counted = { kind: 'serviceAccount', credentialId: 'JTI=1', username: 'a' } as const;
const entry = { json: '{}', stage: 'single' } as const;

function intakeOf(parts: { readonly burst?: number; readonly refusal?: string } = {}) {
  const { burst = 10, refusal } = parts;
  const append = vi.fn<() => Promise<number>>(() => Promise.resolve(7));
  const limits = new RequestLimits(
    { requestsPerSecond: 1, burst, failedCredentialsPerMinute: 1, responseBytesPerSecond: 1_000 },
    () => 0,
  );
  const isRefusing = () => refusal !== undefined;
  return { intake: new EventIntake({ writer: { append }, limits, isRefusing }), append };
}

it('appends events in their order and says what is left of their limit', async () => {
  const { intake, append } = intakeOf();
  const fates = await intake.append([{ ...entry, counted }, entry]);
  expect(fates).toMatchObject([
    { kind: 'written', leafIndex: 7, fields: { ratelimit: '"credential";r=9;t=1' } },
    { kind: 'written', leafIndex: 7 },
  ]);
  expect(fates[1]).not.toHaveProperty('fields');
  expect(append).toHaveBeenCalledWith(entry);
});

it('appends nothing of a request that is beyond its limit', async () => {
  const { intake, append } = intakeOf({ burst: 1 });
  const asked = { ...entry, counted };
  const fates = await intake.append([asked, asked]);
  expect(fates.map(({ kind }) => kind)).toEqual(['written', 'declined']);
  expect(append).toHaveBeenCalledTimes(1);
});

it('appends nothing to a log that was rolled back', async () => {
  const { intake, append } = intakeOf({ refusal: 'rolled back' });
  expect(await intake.append([entry])).toEqual([{ kind: 'declined' }]);
  expect(append).not.toHaveBeenCalled();
});

it('says of each event that is not known to be on disk that it is not', async () => {
  const { intake, append } = intakeOf();
  append.mockRejectedValueOnce(new AuditNotWritten('the disk is full'));
  expect(await intake.append([entry, entry])).toEqual([
    { kind: 'failed', reason: 'the disk is full' },
    { kind: 'written', leafIndex: 7 },
  ]);
});
