import { describe, expect, it } from 'vitest';
import { badRequest } from '../../../../src/core/errors/sallyport-error.js';
import { PassedRefusals } from '../../../../src/workers/worker/passed-refusals.js';
import type { Questions } from '../../../../src/workers/messages.js';

const error = badRequest('the request is not valid HTTP');
const caller = { auditId: 'a', sourceIp: '198.51.100.1', requestUri: '' };

function answering(answer: () => Promise<Questions['refused']['answer']>) {
  const asked: unknown[] = [];
  const ask = (name: string, of: unknown): Promise<never> => {
    asked.push({ name, of });
    return answer() as Promise<never>;
  };
  return { asked, refusals: new PassedRefusals({ ask }) };
}

describe('a refusal without a credential at a worker', () => {
  it('is recorded by the main process, and answered as it is', async () => {
    const { asked, refusals } = answering(() => Promise.resolve(undefined));
    expect(await refusals.record(caller, error, {})).toBe(error);
    expect(asked).toMatchObject([{ name: 'refused', of: { caller, error: { status: 400 } } }]);
  });

  it('is answered as the main process says', async () => {
    const message = 'too many refused requests from this address';
    const instead = { code: 'TooManyRequests', status: 429, message, headers: {} } as const;
    const { refusals } = answering(() => Promise.resolve(instead));
    expect(await refusals.record(caller, error, {})).toMatchObject({ status: 429, message });
  });

  it('is 503 where the main process does not answer', async () => {
    const { refusals } = answering(() => Promise.reject(new Error('gone')));
    expect((await refusals.record(caller, error, {})).code).toBe('Unavailable');
  });
});
