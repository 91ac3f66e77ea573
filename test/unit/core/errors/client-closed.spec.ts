import { expect, it } from 'vitest';
import {
  CLIENT_CLOSED_REASON,
  ClientClosed,
  isClosedByClient,
} from '../../../../src/core/errors/client-closed.js';

it('is a failure unless the request was found to be allowed', () => {
  expect(new ClientClosed().isAllowed).toBe(false);
  expect(new ClientClosed({ isAllowed: true })).toMatchObject({ isAllowed: true, status: 503 });
});

it('is told from other ends by the reason of the signal', () => {
  expect(isClosedByClient(AbortSignal.abort(CLIENT_CLOSED_REASON))).toBe(true);
  expect(isClosedByClient(AbortSignal.any([AbortSignal.abort(CLIENT_CLOSED_REASON)]))).toBe(true);
  expect(isClosedByClient(AbortSignal.abort('leaving'))).toBe(false);
  expect(isClosedByClient(new AbortController().signal)).toBe(false);
  expect(isClosedByClient(undefined)).toBe(false);
});
