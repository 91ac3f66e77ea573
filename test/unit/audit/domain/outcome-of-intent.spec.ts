import { expect, it } from 'vitest';
import { outcomeOfIntent } from '../../../../src/audit/domain/outcome-of-intent.js';
import { eventOf, principal } from '../audit-builders.js';

it.each([
  ['succeeded', 'allowed', 200],
  ['unknown', 'unknown', 503],
] as const)('concludes an intent that %s as %s, found out afterwards', (found, outcome, code) => {
  const intent = eventOf({ stage: 'intent' });
  const event = outcomeOfIntent(intent, { outcome: found, upstreamIds: [] }, 1_000);
  expect(event).toMatchObject({
    auditID: intent.auditID,
    stage: 'ResponseComplete',
    responseStatus: { code },
    requestReceivedTimestamp: intent.requestReceivedTimestamp,
    stageTimestamp: '1970-01-01T00:00:01.000000Z',
    annotations: {
      'sallyport.dev/outcome': outcome,
      'sallyport.dev/resolved': 'true',
      'sallyport.dev/marks': 'resolved',
    },
  });
  // Nobody has seen a decision.
  expect(event.annotations).not.toHaveProperty(['authorization.k8s.io/decision']);
});

it('keeps the mark that the intent has', () => {
  const intent = eventOf({ stage: 'intent', facts: { dryRun: true } });
  const event = outcomeOfIntent(intent, { outcome: 'unknown', upstreamIds: [] }, 1_000);
  expect(event.annotations['sallyport.dev/marks']).toBe('dry-run,resolved');
});

it('names whom the caller acted as, like the intent', () => {
  const ctx = { principal: principal('carol'), impersonator: principal() };
  const intent = eventOf({ stage: 'intent', ctx });
  const event = outcomeOfIntent(intent, { outcome: 'unknown', upstreamIds: [] }, 1_000);
  expect(event).toMatchObject({
    user: { username: 'alice' },
    impersonatedUser: { username: 'carol' },
  });
  expect(event.annotations['sallyport.dev/marks']).toBe('impersonated,resolved');
});

it('lists the calls to the cluster by which it was found out, and none where there were none', () => {
  const intent = eventOf({ stage: 'intent' });
  const idsOf = (upstreamIds: readonly string[]) =>
    outcomeOfIntent(intent, { outcome: 'unknown', upstreamIds }, 1_000).annotations[
      'sallyport.dev/upstream-ids'
    ];
  expect(idsOf(['a', 'b'])).toBe('a,b');
  expect(idsOf([])).toBeUndefined();
});
