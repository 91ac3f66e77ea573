import { expect, it } from 'vitest';
import { outcomeOfIntent } from '../../../../src/audit/domain/outcome-of-intent.js';
import { eventOf } from '../audit-builders.js';

it.each([
  ['succeeded', 'allowed', 200],
  ['failed', 'failed', 503],
  ['unknown', 'unknown', 503],
] as const)('concludes an intent that %s as %s, found out afterwards', (found, outcome, code) => {
  const intent = eventOf({ stage: 'intent' });
  const event = outcomeOfIntent(intent, found, 1_000);
  expect(event).toMatchObject({
    auditID: intent.auditID,
    stage: 'ResponseComplete',
    responseStatus: { code },
    requestReceivedTimestamp: intent.requestReceivedTimestamp,
    stageTimestamp: '1970-01-01T00:00:01.000000Z',
    annotations: { 'sallyport.dev/outcome': outcome, 'sallyport.dev/resolved': 'true' },
  });
});
