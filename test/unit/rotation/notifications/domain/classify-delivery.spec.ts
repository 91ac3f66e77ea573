import { describe, expect, it } from 'vitest';
import { classifyDelivery } from '../../../../../src/rotation/notifications/domain/classify-delivery.js';

describe('what a status means for an event', () => {
  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [301, 'rejected'],
    [400, 'rejected'],
    [401, 'rejected'],
    [408, 'retry'],
    [410, 'rejected'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [503, 'retry'],
  ])('%i: %s', (status, outcome) => {
    expect(classifyDelivery(status)).toBe(outcome);
  });
});
