import { expect, it } from 'vitest';
import { toConsumerView } from '../../../../src/consumers/domain/consumer-view.js';
import { consumer, consumerPod } from '../pods.js';

it('counts the Pods, and those that have the current version', () => {
  const env = { uses: ['env'], envContainers: ['app'] } as const;
  const pods = [consumerPod(env), consumerPod(env, { createdMs: 61_000 })];
  const version = { changedAtMs: 60_000, nowMs: 70_000 };
  expect(toConsumerView(consumer({ pods }), version)).toEqual({
    kind: 'Deployment',
    name: 'app',
    uses: ['env'],
    pods: 2,
    podsOnCurrent: 1,
  });
});
