import { describe, expect, it, vi } from 'vitest';
import { AdmissionRefusals } from '../../../src/admission/admission-refusals.js';
import type { RefusalLog } from '../../../src/platform/http/refusal-aggregate.js';
import { admissionLimits } from '../../../src/core/admission-limits.js';
import { invalidAt } from '../../../src/core/errors/sallyport-error.js';

const caller = { auditId: 'a', sourceIp: '10.0.0.1', requestUri: '/validate', onBehalfOf: 'eve' };
const facts = { action: 'admission.review', namespace: 'pay', secret: 'db' } as const;
const refusal = invalidAt('/data/password', 'is too short');

function recorder(record: RefusalLog['record'], isShort = () => false) {
  const log = vi.fn(record);
  return { refusals: new AdmissionRefusals({ record: log }, { isShort }), log };
}

describe('a refusal of the webhook', () => {
  it('has an event with its Secret and user', async () => {
    const { refusals, log } = recorder(() => Promise.resolve());
    await refusals.record(caller, facts, refusal);
    const result = { outcome: 'failed', code: 422, decisionReason: 'Invalid' };
    expect(log.mock.calls).toEqual([[caller, facts, expect.objectContaining(result)]]);
    await refusals.flush();
    expect(log).toHaveBeenCalledTimes(1);
  });

  it('is counted beyond the rate, in one event that names nobody', async () => {
    const { refusals, log } = recorder(() => Promise.resolve());
    const { recordedRefusalsBurst: burst } = admissionLimits;
    for (let sent = 0; sent < burst + 100; sent += 1) await refusals.record(caller, facts, refusal);
    const alone = log.mock.calls.length;
    expect(alone).toBeGreaterThanOrEqual(burst);
    expect(alone).toBeLessThan(burst + 100);
    await refusals.flush();
    expect(log).toHaveBeenCalledTimes(alone + 1);
    const [last, counted] = log.mock.lastCall ?? [];
    expect(counted).toEqual({ action: 'admission.review', count: burst + 100 - alone });
    expect(last?.onBehalfOf).toBeUndefined();
  });

  it('stands if the trail cannot be written, and is recorded later', async () => {
    let isBroken = true;
    const { refusals, log } = recorder(() =>
      isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve(),
    );
    await refusals.record(caller, facts, refusal);
    isBroken = false;
    await refusals.flush();
    expect(log.mock.lastCall?.[1]).toEqual({ action: 'admission.review', count: 1 });
  });

  it('is only counted while the disk is short of space', async () => {
    let isShort = true;
    const { refusals, log } = recorder(
      () => Promise.resolve(),
      () => isShort,
    );
    await refusals.record(caller, facts, refusal);
    await refusals.flush();
    expect(log).not.toHaveBeenCalled();
    isShort = false;
    await refusals.flush();
    expect(log.mock.lastCall?.[1]).toEqual({ action: 'admission.review', count: 1 });
  });
});
