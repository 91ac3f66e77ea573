import { describe, expect, it } from 'vitest';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { AnonymousRefusals } from '../../../../src/platform/http/anonymous-refusals.js';
import { RequestLimits } from '../../../../src/platform/http/request-limits.js';

interface Written {
  readonly sourceIp: string;
  readonly requestUri: string;
  readonly count: number | undefined;
  readonly code: number;
  readonly reason: string | undefined;
}

const settings = {
  ...{ requestsPerSecond: 1_000, burst: 2_000, failedCredentialsPerMinute: 20 },
  responseBytesPerSecond: 1_000_000,
};
const few = limits.anonymousRefusalsOfAddressMax;
const wrong = new SallyportError('Unauthenticated', 'no', { internal: 'r'.repeat(2_000) });

function refusals() {
  const written: Written[] = [];
  const disk = { isShort: false, isWritable: true };
  const nowMs = (): number => 0;
  const recorder = new AnonymousRefusals({
    audit: {
      record({ sourceIp, requestUri }, { count }, { code, decisionReason: reason }) {
        if (!disk.isWritable) return Promise.reject(unavailable('full'));
        written.push({ sourceIp, requestUri, count, code, reason });
        return Promise.resolve();
      },
    },
    limits: new RequestLimits(settings, nowMs),
    space: { isShort: () => disk.isShort },
    writer: {
      get isHealthy() {
        return disk.isWritable;
      },
    },
  });
  const refuse = (sourceIp: string, error = wrong): Promise<SallyportError> =>
    recorder.record({ auditId: 'a', sourceIp, requestUri: '/v1/x' }, error, {});
  return { written, disk, recorder, refuse };
}

describe('refusals without a credential', () => {
  it('are recorded one by one at first, then counted, and none is lost', async () => {
    const { written, recorder, refuse } = refusals();
    for (let index = 0; index < 1_000; index += 1) await refuse('198.51.100.1');
    expect(written).toHaveLength(few);
    expect(written[0]).toMatchObject({ requestUri: '/v1/x', count: undefined, code: 401 });
    await recorder.flush();
    expect(written).toHaveLength(few + 1);
    expect(written.at(-1)).toMatchObject({
      ...{ sourceIp: '198.51.100.1', requestUri: '' },
      ...{ count: 1_000 - few, code: 401 },
    });
  });

  it('record no more than 256 bytes of a reason, which may quote the client', async () => {
    const { written, refuse } = refusals();
    await refuse('198.51.100.1');
    expect(Buffer.byteLength(written[0]?.reason ?? '')).toBe(256);
  });

  it('share an event whatever their reasons say', async () => {
    const { written, recorder, refuse } = refusals();
    for (let index = 0; index < 100; index += 1) {
      const internal = `header x-${index}`;
      await refuse('198.51.100.1', new SallyportError('BadRequest', 'no', { internal }));
    }
    await recorder.flush();
    expect(written).toHaveLength(few + 1);
  });

  it('are counted only while the disk is short, and recorded together once it is not', async () => {
    const { written, disk, recorder, refuse } = refusals();
    disk.isShort = true;
    for (let index = 0; index < 50; index += 1) {
      expect((await refuse(`198.51.100.${index % 2}`)).code).toBe('Unauthenticated');
    }
    await recorder.flush();
    expect(written).toEqual([]);
    disk.isShort = false;
    await recorder.flush();
    expect(written.map(({ count }) => count)).toEqual([25, 25]);
  });

  it('are answered 503 while the trail cannot be written, recorded or counted', async () => {
    const { disk, refuse } = refusals();
    disk.isWritable = false;
    expect((await refuse('198.51.100.1')).status).toBe(503);
    disk.isShort = true;
    expect((await refuse('198.51.100.1')).status).toBe(503);
  });

  it('are answered 429 beyond the rate of their address', async () => {
    const { refuse } = refusals();
    const codes: string[] = [];
    for (let index = 0; index <= settings.burst; index += 1) {
      codes.push((await refuse('198.51.100.1')).code);
    }
    expect(codes.at(-2)).toBe('Unauthenticated');
    expect(codes.at(-1)).toBe('TooManyRequests');
  });
});
