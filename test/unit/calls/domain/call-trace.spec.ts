import { expect, it } from 'vitest';
import { CallTrace, recordedFacts } from '../../../../src/calls/domain/call-trace.js';

const announced = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;

it('a later note replaces an earlier one, fact by fact', () => {
  const trace = new CallTrace();
  trace.note({ keys: ['user'], version: 1 });
  trace.note({ keys: ['password'] });
  expect(trace.found).toEqual({ keys: ['password'], version: 1 });
});

it('what was found replaces what was announced; place and dry run stay', () => {
  const facts = recordedFacts({ ...announced, dryRun: true }, { action: 'secrets.create' });
  expect(facts).toMatchObject({
    action: 'secrets.create',
    namespace: 'pay',
    secret: 'db',
    dryRun: true,
  });
});
