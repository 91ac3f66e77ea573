import { expect } from 'vitest';
import type { Prepared, RotationFaults, RunEvent } from './rotation-faults.js';
import type { RunBody } from './rotation-world.js';
import { auditEventsOf } from './secrets-world.js';
import { patiently } from './tokens-world.js';

export interface RunEnd {
  readonly state: 'failed' | 'needsOperator';
  readonly reason: string;
}

/** A run that does not succeed, see expectEnd. */
export async function expectFailure(
  faults: RotationFaults,
  name: string,
  end: RunEnd,
): Promise<RunBody> {
  return expectEnd(faults, name, await faults.world.begin(name), end);
}

/** The state and the reason are in the API, in a condition of the status and in the audit. */
export async function expectEnd(
  faults: RotationFaults,
  name: string,
  { id }: Pick<RunBody, 'id'>,
  { state, reason }: RunEnd,
): Promise<RunBody> {
  const { world } = faults;
  const run = await faults.ended(name, { id });
  expect(run).toMatchObject({ state, error: { reason } });
  await world.condition(name, 'Degraded', reason);
  await patiently(async () => {
    expect((await world.policy(name)).status).toMatchObject({ state, runId: id });
  });
  await expectEvent(faults, { run: id, state, reason });
  const filter = `&secret=${name}&action=rotations.run&outcome=failed`;
  const events = await auditEventsOf(world.as('owner'), world.namespace, filter);
  expect(events.map(({ parentId }) => parentId)).toContain(id);
  return run;
}

export async function expectEvent(faults: RotationFaults, event: Partial<RunEvent>): Promise<void> {
  await patiently(async () => {
    expect(await faults.runEvents()).toContainEqual(expect.objectContaining(event));
  });
}

/** Once the run has met a problem and means to try again. */
export async function expectRetry(
  faults: RotationFaults,
  name: string,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<void> {
  const facts = { state: 'running', error: { reason } };
  await patiently(async () => {
    const run = await faults.world.run(name, id);
    expect(run).toMatchObject(facts);
    const { status } = await faults.world.policy(name);
    expect(status).toMatchObject({ state: 'running', runId: id, message: run.error?.message });
  });
  await expectEvent(faults, { run: id, state: 'running', reason });
}

/** The credential of before is let in, and stands in the Secret. */
export async function expectNothingLost(
  { world }: RotationFaults,
  { name, server, username, password }: Prepared,
): Promise<void> {
  expect(await server.letsIn(username, password)).toBe(true);
  expect(await world.stored(name)).toEqual({ username, password, other: 'kept' });
}

/** Nothing that went wrong is in the way of the next run. */
export async function expectSuccess(
  { world }: RotationFaults,
  { name, server, ...before }: Prepared,
): Promise<void> {
  expect(await world.runThrough(name)).toMatchObject({ state: 'succeeded' });
  const { username = '', password = '' } = await world.stored(name);
  expect(await server.letsIn(username, password)).toBe(true);
  expect(await server.letsIn(before.username, before.password)).toBe(false);
}
