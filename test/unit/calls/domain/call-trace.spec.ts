import { expect, it } from 'vitest';
import { CallOutcome, CallTrace, recordedFacts } from '../../../../src/calls/domain/call-trace.js';

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

it('a success has the status of its kind, 200 if it names none', () => {
  expect(new CallOutcome('v', {}).status).toBe(200);
  expect(new CallOutcome('v', { success: 'created' }).status).toBe(201);
  expect(new CallOutcome('v', { success: 'accepted' }).status).toBe(202);
  expect(new CallOutcome('v', { success: 'noContent' }).status).toBe(204);
});

it('a forwarded answer has the status of the API server', () => {
  expect(new CallOutcome('v', { forwardedStatus: 207 }).status).toBe(207);
});

it('the facts of a success do not contain its status', () => {
  const { facts } = new CallOutcome('v', { success: 'created', version: 3 });
  expect(facts).toEqual({ version: 3 });
});
