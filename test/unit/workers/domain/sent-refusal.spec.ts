import { expect, it } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { refusalOf, sentRefusal } from '../../../../src/workers/domain/sent-refusal.js';

it('is the same refusal in another process, without its cause', () => {
  const error = new SallyportError('TooManyRequests', 'too many', {
    internal: 'rate limit: address',
    headers: { 'retry-after': '1' },
    cause: new Error('hunter2'),
  });
  const sent = JSON.stringify(sentRefusal(error));
  expect(sent).not.toContain('hunter2');
  const { code, status, message, internal, headers } = refusalOf(JSON.parse(sent));
  expect({ code, status, message, internal, headers }).toEqual({
    ...{ code: 'TooManyRequests', status: 429, message: 'too many' },
    ...{ internal: 'rate limit: address', headers: { 'retry-after': '1' } },
  });
});
