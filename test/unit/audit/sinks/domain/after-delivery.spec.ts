import { expect, it } from 'vitest';
import { afterDelivery } from '../../../../../src/audit/sinks/domain/after-delivery.js';

it.each([
  ['taken', 5, 0, 'goOn'],
  ['failed', 5, 0, 'again'],
  ['failed', 5, 9, 'again'],
  ['failed', 5, 10, 'bury'],
  ['tooLarge', 5, 0, 'split'],
  ['tooLarge', 1, 0, 'bury'],
  ['refused', 5, 0, 'bury'],
] as const)('after %s of %i events and %i failures comes %s', (kind, events, failures, step) => {
  const history = { events, answeredFailures: failures, attemptsMax: 10 };
  expect(afterDelivery(kind, history)).toBe(step);
});
